"""Files on pages: with a form, with a supplement, what is wrong with one, and what of them a link shows."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select

from services.intake.child_tables import AttachmentContent
from services.intake.domain import attachments as files
from tests.intake.conftest import Intake
from tests.intake.pages import Reader
from tests.intake.policies import released
from tests.intake.test_attachments import PDF, PNG, PROGRAM
from tests.intake.test_pages_form import RIGHT
from tests.intake.test_pages_tracking import NAME, PHONE, Followed, _merged

MB = 1024 * 1024


@pytest.fixture
def four(make_intake: Callable[..., Intake], one_database: str) -> Intake:
    """An intake with a form of each policy."""
    intake = make_intake(one_database, released())
    for code, policy, form in (("a", "A", "record"), ("b", "B", "record"), ("c", "C", "sheet"), ("d", "D", "unified")):
        intake.add_channel(f"web-{code}", policy=policy, form=form)
    return intake


@pytest.fixture
def reader(four: Intake) -> Reader:
    """Somebody before those forms."""
    return Reader(four.client())


def chosen(*sent: tuple[str, bytes], row: str = "other") -> dict[str, Any]:
    """As a browser sends a row of files."""
    return {f"attachments.{row}": [(BytesIO(content), name) for name, content in sent] or [(BytesIO(b""), "")]}


def send(reader: Reader, code: str, *sent: tuple[str, bytes], **more: Any) -> Any:
    path = f"/f/{code}"
    return reader.send(path, reader.get(path), {**RIGHT, **chosen(*sent), **more})


def beside(page: str, row: str) -> str:
    """What stands with a row of files, up to the next."""
    return page[page.index(f'for="q-attachments-{row}"') :].partition("<label class")[0]


def kept(intake: Intake) -> int:
    with intake.database.read() as session:
        return session.execute(select(func.count()).select_from(AttachmentContent)).scalar_one()


@pytest.mark.parametrize("code", ["web-a", "web-b", "web-c", "web-d"])
def test_every_form_asks_for_files_and_says_which(reader: Reader, code: str) -> None:
    page = reader.get(f"/f/{code}").text
    assert page.count('type="file" multiple') == 4 and "附件" in page and "不超过 25 MB" in page
    assert all(f">{named}</label>" in page for named in ("截图", "合同", "往来记录", "其他文件"))
    assert 'enctype="multipart/form-data"' in page and ".pdf" in page


def test_files_come_with_a_form_and_are_listed_redacted_without_a_download(four: Intake, reader: Reader) -> None:
    sent = send(reader, "web-a", (f"{NAME}的截图.png", PNG), ("合同.pdf", PDF))
    assert sent.status_code == 303
    told = [(row.type, row.version) for row in four.told() if row.subject.startswith("demand/")]
    assert [version for _, version in told] == [1, 2, 3]
    receipt = reader.get(sent.headers["Location"]).text
    assert "[客户1]的截图.png" in receipt and "合同.pdf" in receipt and NAME not in receipt
    assert "/attachments/" not in receipt


def test_each_file_is_labelled_by_the_row_it_was_chosen_in(four: Intake, reader: Reader) -> None:
    """Policy A: attachments are labelled; a row takes several, and other files are said in words."""
    shots = chosen(("1.png", PNG), ("2.png", PNG + b"2"), row="screenshot")
    more = {**shots, **chosen(("HT-7.pdf", PDF), row="contract"), "attachments.label": f" {NAME}的签字页 "}
    sent = send(reader, "web-a", ("签字.pdf", PDF + b"2"), **more)
    assert sent.status_code == 303
    told = [(row.data["name"], row.data["label"]) for row in four.told("attachment.added")]
    assert told == [("1.png", "截图"), ("2.png", "截图"), ("HT-7.pdf", "合同"), ("签字.pdf", "[客户1]的签字页")]
    receipt = reader.get(sent.headers["Location"]).text
    assert all(f"{label} - {name}" in receipt for name, label in told)


def test_labels_are_in_the_language_of_the_page(four: Intake, reader: Reader) -> None:
    page = reader.get("/f/web-a?lang=en")
    form = reader.send(
        "/f/web-a?lang=en", page, {**RIGHT, **chosen(("1.eml", b"Subject: a\n\nb"), row="correspondence")}
    )
    assert form.status_code == 303
    assert [row.data["label"] for row in four.told("attachment.added")] == ["Earlier correspondence"]


@pytest.mark.parametrize(
    ("words", "row", "says"),
    [("签字页", "other", "没有选择文件"), ("字" * 81, "label", "内容太长"), ("a\x00b", "label", "无法保存")],
)
def test_wrong_words_beside_files_are_told_there_and_kept(
    four: Intake, reader: Reader, words: str, row: str, says: str
) -> None:
    shots = chosen(("1.png", PNG), row="screenshot")
    sent = [("a.pdf", PDF)] if row == "label" else []
    refused = send(reader, "web-a", *sent, **shots, **{"attachments.label": words})
    assert refused.status_code == 422 and four.told() == []
    assert says in beside(refused.text, row) and f'href="#q-attachments-{row}"' in refused.text
    assert words.replace("\x00", "") in refused.text.replace("\x00", "")
    assert "请重新选择文件" in beside(refused.text, "screenshot")
    assert "请重新选择文件" not in beside(refused.text, "contract")


def test_without_files_a_form_is_sent_as_ever(four: Intake, reader: Reader) -> None:
    assert send(reader, "web-a").status_code == 303 and four.told("attachment.added") == []


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("大.pdf", PDF + bytes(30 * MB), "超过 25 MB"), ("a.pdf", PROGRAM, "与文件名不符"),
        ("a.exe", PROGRAM, "不接收此类"),
        ("a.pdf", b"", "文件是空的"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_beside_its_field_and_all_that_was_typed_is_kept(
    four: Intake, reader: Reader, name: str, content: bytes, says: str
) -> None:
    refused = send(reader, "web-a", ("good.png", PNG), (name, content))
    assert refused.status_code == 422 and four.told() == [] and kept(four) == 0
    page = refused.text
    assert says in beside(page, "other") and RIGHT["description"] in page and NAME in page
    assert "请重新选择文件" in beside(page, "other") and 'href="#q-attachments-other"' in page
    assert says not in beside(page, "contract")


def test_whoever_forgets_something_else_is_told_to_choose_the_files_again(reader: Reader) -> None:
    refused = send(reader, "web-a", ("a.png", PNG), **{"customer.phone": "12"})
    assert refused.status_code == 422 and "请重新选择文件" in refused.text
    assert "请重新选择文件" not in send(reader, "web-a", **{"customer.phone": "12"}).text


def test_what_is_too_much_for_one_request_is_a_page_of_its_own(four: Intake, reader: Reader) -> None:
    refused = send(reader, "web-a", *[(f"{n}.pdf", PDF.ljust(22 * MB, b"y")) for n in range(3)])
    assert refused.status_code == 413 and refused.mimetype == "text/html" and four.told() == []


def test_too_many_files_are_refused(reader: Reader) -> None:
    refused = send(reader, "web-a", *[(f"{n}.png", PNG + bytes([n])) for n in range(11)])
    assert refused.status_code == 422 and "一次最多 10 个" in refused.text


def test_a_form_sent_twice_is_one_demand_with_its_files_once_and_other_files_are_another(
    four: Intake, reader: Reader
) -> None:
    page = reader.get("/f/web-a")
    both = [reader.send("/f/web-a", page, {**RIGHT, **chosen(("a.png", PNG))}) for _ in range(2)]
    assert [one.status_code for one in both] == [303, 303]
    assert both[0].headers["Location"] == both[1].headers["Location"]
    assert len(four.told("demand.received")) == 1 and kept(four) == 1
    other = reader.send("/f/web-a", page, {**RIGHT, **chosen(("a.png", PNG + b"x"))})
    assert other.status_code == 303 and len(four.told("demand.received")) == 2


@pytest.fixture
def followed(four: Intake) -> Followed:
    return Followed(four)


def add(followed: Followed, *sent: tuple[str, bytes], page: Any = None, **more: Any) -> Any:
    page = page or followed.reader.get(followed.path)
    fields = {"description": "", **chosen(*sent), **more}
    return followed.reader.send(f"{followed.path}/supplement", page, fields, to="supplement")


def test_a_supplement_of_files_alone_answers_and_stands_on_the_page(followed: Followed) -> None:
    assert add(followed, (f"{PHONE}.png", PNG)).status_code == 303
    (said,), (told,) = followed.intake.told("demand.supplemented"), followed.intake.told("attachment.added")
    assert said.data["given"] == ["attachments"] and (said.version, told.version) == (2, 3)
    page = followed.reader.get(followed.path).text
    assert "[电话1].png" in page or "[客户1].png" in page
    assert PHONE not in page


def test_the_files_of_a_supplement_are_labelled(followed: Followed) -> None:
    assert add(followed, ("签字.pdf", PDF), **{"attachments.label": "签字页"}).status_code == 303
    assert "签字页 - 签字.pdf" in followed.reader.get(followed.path).text
    refused = add(followed, **{"attachments.label": "签字页二", "description": "见附件"})
    assert refused.status_code == 422 and "没有选择文件" in beside(refused.text, "other")
    assert "签字页二" in refused.text and "见附件" in refused.text


def test_a_supplement_sent_twice_is_kept_once(followed: Followed) -> None:
    page = followed.reader.get(followed.path)
    both = [add(followed, ("a.png", PNG), page=page, description="见附件") for _ in range(2)]
    assert [one.status_code for one in both] == [303, 303]
    assert len(followed.intake.told("demand.supplemented")) == 1 and kept(followed.intake) == 1


def test_a_wrong_file_with_a_supplement_keeps_the_words(followed: Followed) -> None:
    refused = add(followed, ("a.pdf", PROGRAM), description="说明在文件里")
    assert refused.status_code == 422 and "说明在文件里" in refused.text and "请重新选择文件" in refused.text
    assert followed.intake.told("demand.supplemented") == [] and kept(followed.intake) == 0
    assert "与文件名不符" in beside(refused.text, "other") and "请重新选择文件" in beside(refused.text, "other")
    large = add(followed, ("a.pdf", PDF.ljust(files.MOST_BYTES + 1, b"y")), description="说明在文件里")
    assert large.status_code == 413 and "超过 25 MB" in large.text and "说明在文件里" in large.text


def test_files_for_a_merged_demand_go_to_the_one_that_goes_on_and_its_customer_does_not_see_them(four: Intake) -> None:
    mine = Followed(four)
    other = Followed(four, name="诸葛清风", phone="13900001111")
    _merged(mine, other)
    assert add(mine, ("清单.png", PNG), description="见附件").status_code == 303
    (told,) = four.told("attachment.added")
    assert told.data["number"] == other.number
    assert "清单.png" not in other.reader.get(other.path).text
