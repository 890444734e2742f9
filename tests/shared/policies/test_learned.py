"""A model that learned decides what words leave open, says why, and knows when it does not know."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from shared.operations.training import LEAST, CannotTrain, Example, examples, train
from shared.policies.facts import Facts
from shared.policies.interpret import classify
from shared.policies.learned import MOST_TEXT, BadModel, Learned, dump, grams, in_directory, load
from tests.shared.policies.kit import policy
from tests.shared.policies.types_score import CODES, SAMPLE, learned, parts, score, ways

SILENT = "手机端的列表希望一屏多显示几行"
"""No word of policy C speaks in it."""

MODEL = Learned(
    policy="C", types=("", "complaint", "suggestion"), lengths=(1, 2), threshold=0.6, bias=(0.0, 0.0, 0.0),
    weights={"希望": (1.0, 0.0, 0.0, 6.0), "显示": (2.0, 0.0, -1.0, 1.0), "坏": (1.0, 0.0, 6.0, 0.0),
             **dict.fromkeys("手机端处理随们", (0.1, 0.0, 0.0, 0.0))},
    trained_at="2026-01-01T00:00:00Z", sha256="0" * 64,
)  # fmt: skip


def test_it_decides_what_words_leave_open_and_names_share_and_n_grams() -> None:
    found = classify(policy("C"), Facts(SILENT), MODEL)
    assert found.type is not None and found.type.code == "suggestion"
    (reason,) = found.reasons
    assert reason.startswith("model:0.") and reason.endswith(" 希望,显示")
    assert classify(policy("C"), Facts(SILENT)).reasons == ("none",), "without a model nobody decides"


def test_a_tie_of_words_is_decided_and_a_clear_word_is_not_asked_about() -> None:
    tied = Facts("投诉还是建议，随你们记，希望处理")
    assert classify(policy("C"), tied).reasons == ("tie",)
    assert classify(policy("C"), tied, MODEL).type == policy("C").type("suggestion")
    clear = classify(policy("C"), Facts("投诉：希望处理"), MODEL)
    assert clear.reasons == ("word:投诉",)


def test_a_declared_type_is_never_overridden() -> None:
    found = classify(policy("C"), Facts("坏坏坏", type="inquiry"), MODEL)
    assert (found.type, found.reasons) == (policy("C").type("inquiry"), ("declared",))


def test_below_the_threshold_it_stays_undecided_and_says_how_unsure_it_was() -> None:
    found = classify(policy("C"), Facts(SILENT), replace(MODEL, threshold=0.999))
    assert found.type is None and found.reasons[0] == "none" and found.reasons[1].startswith("unsure:0.")


def test_a_text_of_no_type_and_one_without_a_known_n_gram_stay_undecided() -> None:
    nothing = replace(MODEL, weights={"你好": (1.0, 9.0, 0.0, 0.0)})
    assert classify(policy("C"), Facts("你好"), nothing).type is None
    assert MODEL.guess("abc") is None and MODEL.guess("") is None
    assert MODEL.guess("坏，希望") is None, "two n-grams are too little to go by"
    assert classify(policy("C"), Facts("abc"), MODEL).reasons == ("none",)


def test_a_type_that_the_policy_has_no_longer_is_not_decided() -> None:
    gone = replace(MODEL, types=("", "complaint", "gone"))
    assert classify(policy("C"), Facts(SILENT), gone).type is None


def test_only_the_first_2000_characters_count() -> None:
    assert MODEL.guess("无" * MOST_TEXT + SILENT) is None and MODEL.guess(SILENT) is not None
    assert grams("Ａb  \n c", (1, 2)) == ["a", "b", " ", "c", "ab", "b ", " c"]


def test_a_model_is_the_same_when_written_and_read(tmp_path: Path) -> None:
    (tmp_path / "C.json").write_bytes(dump(MODEL))
    assert in_directory(tmp_path) == {"C": MODEL}
    assert dump(load(dump(MODEL))) == dump(MODEL)


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"{}", b'{"format": 2}', b"\xff", b"[" * 100_000]
    + [
        json.dumps({**json.loads(dump(MODEL)), **wrong}).encode()
        for wrong in (
            {"bias": [0]}, {"weights": {"a": [1.0]}}, {"weights": {"a": "abcd"}}, {"lengths": [3, 1]},
            {"lengths": [1, 99]}, {"types": []}, {"threshold": "high"},
        )
    ],
)  # fmt: skip
def test_what_is_no_model_is_refused(raw: bytes, tmp_path: Path) -> None:
    with pytest.raises(BadModel):
        load(raw)
    (tmp_path / "C.json").write_bytes(raw)
    with pytest.raises(BadModel, match=r"C\.json"):
        in_directory(tmp_path)


def test_a_directory_without_a_model_is_no_directory_of_models(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="holds no model"):
        in_directory(tmp_path)


def test_the_sample_is_large_labelled_for_every_policy_and_holds_each_text_once() -> None:
    texts = [json.loads(line)["text"] for line in SAMPLE.read_text("utf-8").splitlines()]
    assert len(texts) == len(set(texts)) >= 400
    for code in CODES:
        seen, unseen = parts(policy(code))
        assert len(seen) + len(unseen) == len(texts) and len(unseen) >= 90
        assert {one.label for one in unseen} - {None} == {one.code for one in policy(code).types}


@pytest.mark.slow
@pytest.mark.parametrize("code", CODES)
def test_on_texts_it_never_saw_it_helps_and_is_seldom_wrong(code: str) -> None:
    pytest.importorskip("sklearn", reason="requirements-train.lock is not installed")
    rules, model, rest = learned(code)
    found = {name: score(rest, way) for name, way in ways(rules, model).items()}
    words, both = found["words"], found["both"]
    assert both.accuracy >= words.accuracy + 0.1 and both.macro_f1 >= words.macro_f1 + 0.1
    assert both.macro_f1 >= 0.45 and both.abstained <= words.abstained - 0.2
    assert both.wrong <= 0.33 and found["model"].wrong <= 0.25


@pytest.mark.slow
def test_plain_arithmetic_gives_what_the_library_gives() -> None:
    pytest.importorskip("sklearn", reason="requirements-train.lock is not installed")
    from shared.operations.training import _fitted

    seen, rest = parts(policy("C"))
    fitted, _ = _fitted([one.text for one in seen], [one.label or "" for one in seen])
    model = train("C", seen, trained_at="2026-01-01T00:00:00Z").model
    for one in rest:
        guess = model.guess(one.text)
        assert guess is not None
        shares = fitted.classifier.predict_proba(fitted.features.transform([one.text]))[0]
        assert guess.share == pytest.approx(max(shares), abs=2e-3)
        assert guess.type == fitted.classifier.classes_[shares.argmax()]


@pytest.mark.slow
def test_two_types_are_enough_and_no_n_gram_holds_a_digit() -> None:
    pytest.importorskip("sklearn", reason="requirements-train.lock is not installed")
    rows = [Example(f"退款还没到账 13800005678 {n}", "complaint") for n in range(LEAST)]
    rows += [Example(f"想请问怎么开发票 {n}", "inquiry") for n in range(LEAST)]
    found = train("C", [*rows, Example("换地址", "change")], trained_at="2026-01-01T00:00:00Z")
    assert found.left_out == ("change",) and found.texts == {"complaint": LEAST, "inquiry": LEAST}
    assert not any(char.isdigit() for gram in found.model.weights for char in gram)
    guess = found.model.guess("退款没到账")
    assert guess is not None and guess.type == "complaint" and guess.share > 0.5


def test_lines_that_cannot_be_learned_from_are_named() -> None:
    rules = policy("C")
    assert examples(b'\n{"text": "a", "labels": {"A": "x"}}\n', rules) == [], "says nothing of this policy"
    assert examples(b'{"text": "a", "label": null}', rules) == [Example("a", None)]
    for line in (b"{", b"[]", b'{"text": "a"}', b'{"text": 1, "label": "inquiry"}', b'{"text": "a", "label": "x"}'):
        with pytest.raises(CannotTrain, match="line 2"):
            examples(b"\n" + line, rules)


def test_too_few_texts_are_said_to_be_too_few() -> None:
    with pytest.raises(CannotTrain, match="two types"):
        train("C", [Example("a", "inquiry")] * 9, trained_at="2026-01-01T00:00:00Z")
