"""Every bad body has one answer, is told apart by a stable code, and leaves nothing behind."""

from io import BytesIO
from typing import Any

import pytest

from shared.http.body import parse_json
from shared.http.problems import Problem

LOUD = "zzsecretzz"

UNREADABLE = {
    "broken": (b'{"text": "zzsecretzz"', "json-invalid"),
    "nan": (b'{"text": "a", "count": NaN}', "json-number"),
    "infinity": (b'{"text": "a", "count": Infinity}', "json-number"),
    "minus-infinity": (b'{"text": "a", "count": -Infinity}', "json-number"),
    "overflow": (b'{"text": "a", "count": 1e999}', "json-number"),
    "5000-digits": (b'{"text": "a", "count": ' + b"9" * 5000 + b"}", "json-number"),
    "65-bits": (b'{"text": "a", "count": 9223372036854775808}', "json-number"),
    "twice": (b'{"text": "a", "text": "zzsecretzz"}', "json-duplicate-key"),
    "twice-escaped": (b'{"text": "a", "te\\u0078t": "b"}', "json-duplicate-key"),
    "nested-lists": (b"[" * 100_000, "json-too-deep"),
    "nested-objects": (b'{"a":' * 100_000, "json-too-deep"),
    "nested-in-field": (b'{"text": ' + b"[" * 40 + b"]" * 40 + b"}", "json-too-deep"),
    "bom": (b'\xef\xbb\xbf{"text": "a"}', "json-encoding"),
    "utf-16": ('{"text": "a"}'.encode("utf-16"), "json-encoding"),
    "utf-16-bare": ('{"text": "a"}'.encode("utf-16-le"), "json-invalid"),
    "utf-32-bare": ('{"text": "a"}'.encode("utf-32-be"), "json-invalid"),
    "gbk": ('{"text": "客户"}'.encode("gbk"), "json-encoding"),
    "raw-control": (b'{"text": "a\x00b"}', "json-invalid"),
}


def _no_echo(answer: Any) -> None:
    assert LOUD not in answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    assert answer.json["type"] == f"urn:demandflow:problem:{answer.json['code']}"
    assert answer.json["status"] == answer.status_code
    assert answer.json["instance"] == f"urn:demandflow:request:{answer.headers['X-Request-ID']}"


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_json_is_400(tiny: Any, name: str) -> None:
    body, code = UNREADABLE[name]
    answer = tiny.post(body)
    assert (answer.status_code, answer.json["code"]) == (400, code)
    _no_echo(answer)
    assert tiny.stored() == 0 and tiny.calls == []


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (b'{"text": "a\\u0000b"}', "/text", "nul"),
        (b'{"text": "\\ud800"}', "/text", "lone-surrogate"),
        (b'{"text": "a", "more": {"list": ["x", "\\udfff"]}}', "/more/list/1", "lone-surrogate"),
        (b'{"\\u0000": "a"}', "", "nul"),
        (b'{"text": "a", "status": "closed"}', "/status", "unknown-field"),
        (b'{"count": 1}', "/text", "required"),
        (b'{"text": null}', "/text", "null"),
        (b'{"text": 5}', "/text", "type"),
        (b'{"text": "a", "count": "1"}', "/count", "type"),
        (b'{"text": "zzsecretzzzzsecretzzzzsecretzz"}', "/text", "length"),
        (b"", "/text", "required"),
        (b"[]", "", "type"),
        (b'"text"', "", "type"),
        (b"null", "", "type"),
    ],
)
def test_unfit_content_is_422_with_pointers(tiny: Any, body: bytes, pointer: str, code: str) -> None:
    answer = tiny.post(body)
    assert answer.status_code == 422
    rows = [(row["pointer"], row["code"]) for row in answer.json["errors"]]
    assert (pointer, code) in rows
    _no_echo(answer)
    assert tiny.stored() == 0


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Content-Type": "text/plain"}, "media-type-unsupported"),
        ({"Content-Type": "application/xml"}, "media-type-unsupported"),
        ({"Content-Type": ""}, "media-type-unsupported"),
        ({"Content-Type": "application/json; charset=utf-7"}, "charset-unsupported"),
        ({"Content-Type": "application/json; charset=gbk"}, "charset-unsupported"),
        ({"Content-Encoding": "gzip"}, "content-encoding"),
        ({"Content-Encoding": "br"}, "content-encoding"),
    ],
)
def test_other_kinds_and_encodings_are_415(tiny: Any, headers: dict[str, str], code: str) -> None:
    answer = tiny.post(b'{"text": "a"}', **headers)
    assert (answer.status_code, answer.json["code"]) == (415, code)
    _no_echo(answer)
    assert tiny.stored() == 0


def test_utf8_charset_is_taken(tiny: Any) -> None:
    assert tiny.post('{"text": "客户"}'.encode(), Content_Type="application/json; charset=UTF-8").status_code == 201


def test_large_body_is_413(tiny: Any) -> None:
    answer = tiny.post(b'{"text": "' + b"a" * 1_100_000 + b'"}')
    assert (answer.status_code, answer.json["code"]) == (413, "body-too-large")


def test_large_chunked_body_is_413(tiny: Any) -> None:
    body = BytesIO(b'{"text": "' + b"a" * 1_100_000 + b'"}')
    answer = tiny.client.post(
        "/api/v1/things",
        input_stream=body,
        headers={"Transfer-Encoding": "chunked", "Authorization": "Bearer dfk_shop"},
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )
    assert (answer.status_code, answer.json["code"]) == (413, "body-too-large")


def test_a_view_may_take_larger_bodies_of_its_own_kind(tiny: Any) -> None:
    def send(size: int) -> Any:
        return tiny.client.post(
            "/api/v1/things/file",
            data={"file": (BytesIO(b"x" * size), "a.bin")},
            headers={"Authorization": "Bearer dfk_shop"},
        )

    assert send(1_500_000).get_data(as_text=True) == "1500000"
    assert send(2_500_000).status_code == 413


@pytest.mark.parametrize(
    "evil",
    [b'"' + b'\\"' * 500_000, b"[{" + b'"\\' * 500_000, b"[" + b"[]," * 330_000],
    ids=["quotes", "escapes", "lists"],
)
def test_a_megabyte_that_looks_deep_is_no_trap(evil: bytes) -> None:
    """Each byte is looked at once, so this ends; whoever looks back from each of them takes hours."""
    with pytest.raises(Problem):
        parse_json(evil)


def test_brackets_inside_text_do_not_count() -> None:
    assert parse_json(b'{"a": "' + b"[" * 100 + b'", "b": "\\"[[\\\\"}')["a"] == "[" * 100
