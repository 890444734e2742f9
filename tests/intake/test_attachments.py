"""Files of a demand: what is taken, how it is kept and told, who opens it, and what is left of it after erasing."""

import base64
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import delete, select
from werkzeug.datastructures import MultiDict

from services.intake.child_tables import Attachment, AttachmentContent, AttachmentRead
from services.intake.domain import attachments as files
from services.intake.domain.file_kinds import EXTENSIONS, fits, kind_of
from services.intake.tables import Demand, VaultEntry
from shared.auth import sign_service_token
from shared.refused import Refused
from shared.testing.counting import counted
from tests.intake.conftest import Intake
from tests.intake.test_privacy import everything

NAME, PHONE = "欧阳金丝雀", "13912345678"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
PDF = b"%PDF-1.7\n" + b"x" * 500
BODY: dict[str, Any] = {
    "customer": {"name": NAME, "contact": {"phone": PHONE}},
    "description": "订单模块从上周起无法批量导出备注栏，影响每月对账",
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 64
GOOD = {
    "pdf": PDF, "png": PNG, "jpg": b"\xff\xd8\xff\xe0", "jpeg": b"\xff\xd8\xff\xe1", "gif": b"GIF89a",
    "webp": b"RIFF\x00\x00\x00\x00WEBP", "bmp": b"BM\x00", "heic": b"\x00\x00\x00\x18ftypheic", "doc": OLE, "xls": OLE,
    "ppt": OLE, "docx": b"PK\x03\x04 [Content_Types].xml word/document.xml",
    "xlsx": b"PK\x03\x04 [Content_Types].xml xl/workbook.xml", "pptx": OLE, "wps": OLE, "et": OLE,
    "txt": "客户𠮷说".encode(), "csv": "订单,数量\n".encode("gb18030"), "md": b"# x", "log": "x".encode("utf-16"),
    "json": b"{}", "xml": b"<a/>", "eml": b"Received: by x\r\n\r\nhello", "msg": OLE, "zip": b"PK\x05\x06",
    "7z": b"7z\xbc\xaf\x27\x1c", "rar": b"Rar!\x1a\x07\x00", "mp3": b"ID3\x03", "wav": b"RIFF\x00\x00\x00\x00WAVE",
    "m4a": b"\x00\x00\x00\x18ftypM4A ", "amr": b"#!AMR\n", "mp4": b"\x00\x00\x00\x18ftypisom",
    "mov": b"\x00\x00\x00\x08wide",
}  # fmt: skip
EACH = 3
"""The row, its sealed bytes, its event."""
PROGRAM = b"MZ\x90\x00\x03" + b"\x00" * 200


@pytest.fixture
def demand(intake: Intake) -> Any:
    created = intake.post(BODY)
    assert created.status_code == 201
    return created.json


def send(
    intake: Intake, demand: Any, *sent: tuple[str, bytes], labels: Any = (), credential: str | None = None, **more: str
) -> Any:
    """POST files as a form, as the channel or with another credential."""
    headers = {name.replace("_", "-"): value for name, value in more.items()}
    data: Any = MultiDict([("label", one) for one in labels])
    for name, content in sent:
        data.add("file", (BytesIO(content), name))
    return intake.client().post(
        f"/intake/api/v1/demands/{demand['number']}/attachments",
        data=data,
        headers={"Authorization": f"Bearer {credential or intake.key}", **headers},
    )


def open_one(intake: Intake, demand: Any, one: Any, credential: str | None = None) -> Any:
    path = f"/api/v1/demands/{demand['number']}/attachments/{one['id']}/content"
    return intake.get(path, credential or intake.staff())


def listed(intake: Intake, demand: Any, credential: str | None = None) -> Any:
    return intake.get(f"/api/v1/demands/{demand['number']}/attachments", credential)


def version(intake: Intake, demand: Any) -> Any:
    shown: Any = intake.get(f"/api/v1/demands/{demand['number']}").json
    return shown["version"]


def test_files_come_back_byte_for_byte_under_their_names(intake: Intake, demand: Any) -> None:
    sent = send(intake, demand, ("错误截图👨‍👩‍👧𠮷.png", PNG), ("合同 HT-1.PDF", PDF), labels=["错误截图", "合同"])
    assert sent.status_code == 201 and sent.headers["ETag"] == '"v3"'
    first, second = sent.json["items"]
    assert (first["name"], first["label"], first["media_type"]) == ("错误截图👨‍👩‍👧𠮷.png", "错误截图", "image/png")
    assert (second["name"], second["label"], second["size"]) == ("合同 HT-1.PDF", "合同", len(PDF))
    assert first["sha256"] == hashlib.sha256(PNG).hexdigest() and sent.json["version"] == 3
    assert listed(intake, demand).json["items"] == [first, second]
    answer = open_one(intake, demand, first)
    assert answer.status_code == 200 and answer.data == PNG and answer.mimetype == "image/png"
    where = answer.headers["Content-Disposition"]
    assert where.startswith("attachment;") and "filename*=UTF-8''%E9%94%99%E8%AF%AF" in where
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Cache-Control"] == "no-store"


def test_each_attachment_is_told_at_its_own_version_of_the_stream(intake: Intake, demand: Any) -> None:
    first, second = send(intake, demand, (f"{NAME}.png", PNG), ("a.pdf", PDF), labels=[f"打{PHONE}"]).json["items"]
    told = intake.told("attachment.added")
    assert [(row.subject, row.version) for row in told] == [
        (f"demand/{demand['id']}", 2),
        (f"demand/{demand['id']}", 3),
    ]
    assert [row.data["attachment_id"] for row in told] == [first["id"], second["id"]]
    assert told[0].data["number"] == demand["number"] and told[0].data["reference"] is None
    assert NAME not in str(told[0].data) + str(first) and PHONE not in str(told[1].data) + str(second)
    assert told[0].data["by"].startswith("channel:") and version(intake, demand) == 3


def test_a_redacted_name_keeps_its_extension(intake: Intake, demand: Any) -> None:
    (one,) = send(intake, demand, ("canary@example.cn.pdf", PDF)).json["items"]
    assert one["name"].endswith("].pdf") and "canary" not in one["name"]


def test_what_came_lies_in_the_database_only_sealed(
    intake: Intake, demand: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    content = f"{NAME} {PHONE}".encode()
    sent = send(intake, demand, (f"{NAME}{PHONE}.txt", content), labels=[NAME], Idempotency_Key="k")
    where = {"name": f"{NAME}的合同", "reference": f"oa/{PHONE}/{NAME}", "label": NAME}
    other = intake.call(f"{demand['number']}/attachments", where)
    assert (sent.status_code, other.status_code) == (201, 201)
    printed = capsys.readouterr()
    with intake.database.read() as session:
        sealed = session.execute(select(AttachmentContent.sealed)).scalar_one()
        originals = session.execute(select(Attachment.original)).scalars().all()
    assert all(NAME.encode() not in one for one in (sealed, *originals)) and len(sealed) == len(content) + 28
    for text in (everything(intake), sent.text, other.text, printed.out, printed.err, str(intake.told())):
        assert NAME not in text and PHONE not in text
    assert open_one(intake, demand, sent.json["items"][0]).data == content
    assert open_one(intake, demand, other.json["items"][0]).data.decode() == where["reference"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", PROGRAM, "attachment-type"), ("a.exe", PROGRAM, "attachment-type"), ("a", PDF, "attachment-type"),
        ("a.txt", b"#!/bin/sh\nrm -rf /", "attachment-type"), ("a.sh", b"#!/bin/sh", "attachment-type"),
        ("a.txt", PROGRAM, "attachment-type"), ("a.pdf", b"MZ %PDF-1.7", "attachment-type"),
        ("a.docx", b"PK\x03\x04 classes.dex", "attachment-type"), ("a.png", PDF, "attachment-type"),
        (".pdf", PDF, "attachment-type"), ("a.svg", b"<svg/>", "attachment-type"),
        ("a.pdf", b"", "attachment-empty"), ("x\u202efdp.txt", b"x", "attachment-name"),
        ("a" * 200 + ".pdf", PDF, "attachment-name"),
    ],
)  # fmt: skip
def test_what_is_not_what_it_says_is_refused_and_nothing_is_kept(
    intake: Intake, demand: Any, name: str, content: bytes, code: str
) -> None:
    refused = send(intake, demand, ("good.png", PNG), (name, content))
    assert refused.status_code == 422 and refused.json["code"] == code
    assert refused.json["errors"][0]["pointer"] == "/file/1"
    assert listed(intake, demand).json["items"] == [] and intake.told("attachment.added") == []


def test_every_kind_that_is_named_is_taken_and_no_other_kind_in_its_place() -> None:
    assert set(EXTENSIONS) == set(GOOD)
    for extension, content in GOOD.items():
        kind = kind_of(f"x.{extension}")
        assert kind is not None and fits(kind, content), extension
        assert not fits(kind, PROGRAM), extension


@pytest.mark.parametrize(
    ("given", "kept"),
    [("C:\\Users\\me\\a.pdf", "a.pdf"), ("../../etc/a.pdf", "a.pdf"), ("𠮷野家﨑.pdf", "𠮷野家﨑.pdf"),
     ("🏴󠁧󠁢󠁥󠁮󠁧󠁿.pdf", "🏴󠁧󠁢󠁥󠁮󠁧󠁿.pdf"), ("x" * 196 + ".pdf", "x" * 196 + ".pdf")],
)  # fmt: skip
def test_of_a_path_the_last_part_is_kept_to_the_letter(given: str, kept: str) -> None:
    assert files.file(given, lambda: PDF, size=len(PDF)).name == kept


@pytest.mark.parametrize("name", ["a\x00.pdf", "a\n.pdf", "a\u2028.pdf", "..", "a/", " "])
def test_names_that_hide_something_are_no_names(name: str) -> None:
    with pytest.raises(Refused) as refusal:
        files.file(name, lambda: PDF, size=len(PDF))
    assert refusal.value.code in ("attachment-name", "attachment-type")


def test_a_file_of_30_mb_is_refused_and_one_of_25_is_kept(intake: Intake, demand: Any) -> None:
    refused = send(intake, demand, ("big.pdf", PDF + b"\x00" * (30 * 1024 * 1024)))
    assert refused.status_code == 413 and refused.json["code"] == "attachment-large"
    whole = PDF.ljust(files.MOST_BYTES, b"y")
    kept = send(intake, demand, ("whole.pdf", whole))
    assert kept.status_code == 201 and open_one(intake, demand, kept.json["items"][0]).data == whole
    beyond = send(intake, demand, *[(f"{n}.pdf", whole) for n in range(3)])
    assert beyond.status_code == 413 and beyond.json["code"] == "body-too-large"


def test_at_most_ten_at_once_and_fifty_of_a_demand(intake: Intake, demand: Any) -> None:
    many = [(f"{n}.txt", f"text {n}".encode()) for n in range(51)]
    refused = send(intake, demand, *many[:11])
    assert (refused.status_code, refused.json["code"]) == (422, "attachments-many")
    for start in range(0, 50, 10):
        assert send(intake, demand, *many[start : start + 10]).status_code == 201
    full = send(intake, demand, many[50])
    assert (full.status_code, full.json["code"]) == (409, "attachments-full")
    again = send(intake, demand, many[0])
    assert again.status_code == 201 and again.json["version"] == 51


def test_the_same_bytes_again_are_the_attachment_that_is_there(intake: Intake, demand: Any) -> None:
    first = send(intake, demand, ("a.png", PNG)).json
    again = send(intake, demand, ("b.png", PNG), ("b2.png", PNG))
    assert again.status_code == 201 and [one["id"] for one in again.json["items"]] == [first["items"][0]["id"]] * 2
    assert again.json["version"] == first["version"] and len(intake.told("attachment.added")) == 1
    where = {"name": "合同", "reference": "oa/7"}
    twice = [intake.call(f"{demand['number']}/attachments", where).json for _ in range(2)]
    assert twice[0] == twice[1]


def test_a_key_repeated_gives_the_same_answer_and_other_files_are_refused(intake: Intake, demand: Any) -> None:
    first, again = (send(intake, demand, ("a.png", PNG), Idempotency_Key="k") for _ in range(2))
    assert first.status_code == 201 and again.json == first.json
    other = send(intake, demand, ("a.pdf", PDF), Idempotency_Key="k")
    assert (other.status_code, other.json["code"]) == (422, "idempotency-key-reused")


def test_sent_twice_at_once_it_is_kept_once(intake: Intake, demand: Any) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: send(intake, demand, ("a.png", PNG)), range(2)))
    assert [one.status_code for one in both] == [201, 201] and both[0].json["items"] == both[1].json["items"]
    assert len(intake.told("attachment.added")) == 1 and version(intake, demand) == 2


def test_each_opening_is_on_the_record_without_the_name(
    intake: Intake, demand: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    one = send(intake, demand, ("清风.png", PNG)).json["items"][0]
    reporting = sign_service_token(intake.keys["reporting"], "reporting", "intake")
    for credential in (*map(intake.staff, ("staff", "lead", "manager", "auditor")), reporting):
        assert open_one(intake, demand, one, credential).status_code == 200
    notifier = sign_service_token(intake.keys["notifier"], "notifier", "intake")
    for credential in (intake.key, intake.staff("operator"), notifier):
        assert open_one(intake, demand, one, credential).status_code == 403
    with intake.database.read() as session:
        reads = session.execute(select(AttachmentRead.attachment_id, AttachmentRead.reader)).all()
    assert sorted(map(tuple, reads)) == sorted([(one["id"], "staff:u-1")] * 4 + [(one["id"], "service:reporting")])
    said = capsys.readouterr().out
    assert said.count("attachment_opened") == 5 and "清风" not in said


def test_erasing_the_customers_key_leaves_nothing_to_open(intake: Intake, demand: Any) -> None:
    one = send(intake, demand, ("a.png", PNG)).json["items"][0]
    with intake.database.write() as session:
        session.execute(delete(VaultEntry))
    gone = open_one(intake, demand, one)
    assert (gone.status_code, gone.json["code"]) == (410, "attachment-erased")
    assert listed(intake, demand).json["items"] == [one]


def test_bytes_of_another_attachment_do_not_open_in_its_place(intake: Intake, demand: Any) -> None:
    first, second = send(intake, demand, ("a.png", PNG), ("a.pdf", PDF)).json["items"]
    with intake.database.write() as session:
        session.execute(delete(AttachmentContent).where(AttachmentContent.attachment_id == first["id"]))
        row = session.get_one(AttachmentContent, second["id"])
        session.add(AttachmentContent(attachment_id=first["id"], sealed=row.sealed))
    moved = open_one(intake, demand, first)
    assert (moved.status_code, moved.json["code"]) == (409, "attachment-damaged")


def test_another_channels_demand_is_nothing_here(intake: Intake, demand: Any) -> None:
    other = intake.add_channel("other")
    assert send(intake, demand, ("a.png", PNG), credential=other).status_code == 404
    assert listed(intake, demand, other).status_code == 404
    one = send(intake, demand, ("a.png", PNG)).json["items"][0]
    second = intake.post(BODY).json
    assert open_one(intake, second, one).status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "a.pdf"}, "/content_base64"), ({"reference": "x"}, "/name"),
        ({"name": "a.pdf", "content_base64": "***"}, "/content_base64"),
        ({"name": "a.pdf", "reference": "x", "content_base64": "eA=="}, "/content_base64"),
        ({"name": "a.pdf", "reference": "x", "surprise": 1}, "/surprise"),
    ],
)  # fmt: skip
def test_a_wrong_body_names_its_place(intake: Intake, demand: Any, body: Any, pointer: str) -> None:
    refused = intake.call(f"{demand['number']}/attachments", body)
    assert refused.status_code == 422 and refused.json is not None
    assert refused.json["errors"][0]["pointer"] == pointer


def test_json_stays_at_one_megabyte(intake: Intake, demand: Any) -> None:
    body = {"name": "a.pdf", "content_base64": base64.b64encode(PDF.ljust(1024 * 1024, b"x")).decode()}
    assert intake.call(f"{demand['number']}/attachments", body).status_code == 413


def in_body(*more: Any) -> dict[str, Any]:
    png = {"name": "截图.png", "content_base64": base64.b64encode(PNG).decode(), "label": "错误截图"}
    return {**BODY, "attachments": [png, {"name": "合同 HT-7", "reference": "oa/ht/7"}, *more]}


def test_what_comes_with_a_demand_is_kept_and_told_with_it(intake: Intake) -> None:
    created = intake.post(in_body())
    assert created.status_code == 201 and created.headers["ETag"] == '"v3"'
    told = [(row.type.split(".", 1)[1], row.version) for row in intake.told() if row.subject.startswith("demand/")]
    assert told == [("demand.received.v1", 1), ("attachment.added.v1", 2), ("attachment.added.v1", 3)]
    items = listed(intake, created.json).json["items"]
    assert [(one["name"], one["reference"]) for one in items] == [("截图.png", None), ("合同 HT-7", "oa/ht/7")]
    assert version(intake, created.json) == 3
    assert intake.call(f"{created.json['number']}/supplements", {"product": "KX"}).json["version"] == 4  # type: ignore[index]


def test_references_that_look_alike_once_redacted_leave_no_gap_in_the_stream(intake: Intake) -> None:
    alike = [{"name": "x", "reference": f"oa/{phone}"} for phone in ("13912345678", "139 1234 5678", "13912345678")]
    created = intake.post({**BODY, "attachments": alike})
    assert created.status_code == 201
    assert intake.call(f"{created.json['number']}/supplements", {"product": "KX"}).status_code == 201  # type: ignore[index]
    versions = [row.version for row in intake.told() if row.subject.startswith("demand/")]
    assert versions == [1, 2, 3, 4] and version(intake, created.json) == 4


def test_a_demand_with_a_wrong_file_is_not_a_demand(intake: Intake) -> None:
    wrong = {"name": "a.pdf", "content_base64": base64.b64encode(PROGRAM).decode()}
    refused = intake.post(in_body(wrong))
    assert refused.status_code == 422 and refused.json is not None and refused.json["code"] == "attachment-type"
    assert refused.json["errors"][0]["pointer"] == "/attachments/2"
    with intake.database.read() as session:
        assert session.execute(select(Demand.id)).all() == []


def test_the_same_body_again_is_one_demand_with_its_files_once(intake: Intake) -> None:
    both = [intake.post(in_body(), Idempotency_Key="k").json for _ in range(2)]
    assert both[0] == both[1] and len(intake.told("attachment.added")) == 2


def test_lines_of_a_batch_bring_files_too_and_a_wrong_one_hurts_no_other(intake: Intake) -> None:
    wrong = {**BODY, "attachments": [{"name": "a.exe", "content_base64": base64.b64encode(PROGRAM).decode()}]}
    lines = "\n".join(json.dumps(one) for one in (in_body(), wrong, BODY))
    answer = intake.client().post(
        "/intake/api/v1/demands:batch",
        data=lines,
        headers={"Authorization": f"Bearer {intake.key}", "Content-Type": "application/x-ndjson"},
    )
    assert answer.json is not None and [row["status"] for row in answer.json["results"]] == [201, 422, 201]
    assert len(intake.told("attachment.added")) == 2


def test_a_supplement_may_be_files_alone(intake: Intake, demand: Any) -> None:
    png = in_body()["attachments"][:1]
    done = intake.call(f"{demand['number']}/supplements", {"attachments": png})
    assert done.status_code == 201 and done.json is not None and done.json["version"] == 3
    (row,) = intake.told("demand.supplemented")
    assert row.data["given"] == ["attachments"] and row.version == 2
    assert [row.version for row in intake.told("attachment.added")] == [3]
    assert version(intake, demand) == 3


def test_files_that_come_with_a_demand_cost_three_statements_each(intake: Intake) -> None:
    intake.post(BODY)
    with counted() as plain:
        intake.post(BODY)
    with counted() as more:
        intake.post({**BODY, "attachments": in_body()["attachments"][:1]})
    assert (more.commits, more.statements) == (plain.commits, plain.statements + EACH)
