"""One normal form for text, nothing invisible left in it."""

import pytest

from shared.text import clean_text, unsafe_character


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("  客户 \r\n投诉\r", "客户 \n投诉"),
        ("e\u0301", "é"),
        ("a\u202eb\u200b\ufeff\u2066c", "abc"),
        ("a\x07b\x1bc\x85\x00\ud800", "abc"),
        ("a\tb", "a\tb"),
        ("x" + "\u0335" * 10_000, "x" + "\u0335" * 4),
    ],
)
def test_clean_text(given: str, clean: str) -> None:
    assert clean_text(given) == clean
    assert clean_text(clean) == clean


def test_unsafe_characters_are_named() -> None:
    assert unsafe_character("a\x00") == "nul"
    assert unsafe_character("\udc00") == "lone-surrogate"
    assert unsafe_character("😀 客户") is None


def test_a_joiner_stays_between_pictures_and_nowhere_else() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert clean_text(f"{family} 张\u200d三") == f"{family} 张\u200d三".replace("张\u200d三", "张三")


@pytest.mark.parametrize("rare", ["神﨑羽", "\ufa19社", "\U0002f804用", "𠮷㐂", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👨‍👩‍👧", "辻󠄀"])
def test_rare_characters_and_pictures_stay_as_they_were_typed(rare: str) -> None:
    assert clean_text(rare) == rare


def test_tags_that_make_no_flag_hide_nothing() -> None:
    assert clean_text("a\U000e0041b") == "ab"
