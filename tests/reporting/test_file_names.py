"""Names of files for any customer's name."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.file_names import file_name, key


def _name(customer: str, pattern: str = "{customer}-{number}", taken: frozenset[str] = frozenset()) -> str:
    return file_name(pattern, customer=customer, number="XRQ1", unique="0123456789", taken=taken)


def test_names_hold_no_way_out_and_no_disguise() -> None:
    assert _name("张先生") == "张先生-XRQ1"
    assert _name("../../etc/passwd") == "etc_passwd-XRQ1"
    assert _name("a\u202egpj.exe\x00\n") == "a_gpj_exe-XRQ1"
    assert _name("CON", "{customer}") == "_CON"
    assert _name("///", "{customer}") == "_"
    assert _name("{number}{customer}") == "number_customer-XRQ1"


def test_what_another_file_system_takes_for_the_same_gets_a_tail() -> None:
    assert _name("ABC", taken=frozenset({key("abc-xrq1")})) == "ABC-XRQ1-23456789"
    assert _name("ＡＢＣ", taken=frozenset({key("abc-xrq1")})).endswith("-23456789")


@given(st.text(max_size=300))
def test_any_name_fits_and_keeps_the_number(customer: str) -> None:
    name = _name(customer)
    assert "XRQ1" in name
    assert len(name) <= 60 and len(name.encode()) <= 200
    assert not any(char in name for char in '/\\:*?"<>|\x00.') and name == unicodedata.normalize("NFC", name)
    assert not any(unicodedata.category(char)[0] in "CMZ" for char in name)


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_second_file_never_bears_the_name_of_the_first(one: str, other: str) -> None:
    first = _name(one, "{customer}")
    assert key(_name(other, "{customer}", frozenset({key(first)}))) != key(first)
