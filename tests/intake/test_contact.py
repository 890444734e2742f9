"""Contacts in one normal form."""

import pytest

from services.intake.domain.contact import Contact, identities, masked_name, normal_email, normal_phone


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("138 0013 8000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("+44 20 7946 0958", "+442079460958"),
        ("010-12345678", "01012345678"),
        ("abc", None),
        ("12", None),
    ],
)
def test_phones(written: str, normal: str | None) -> None:
    assert normal_phone(written) == normal


def test_mails_ignore_case_and_width() -> None:
    assert normal_email(" Wang@Example.CN ") == "wang@example.cn"
    assert normal_email("nobody") is None


def test_identities_depend_on_key_and_kind_and_never_show_values() -> None:
    contact = Contact(phone="13800138000", email="a@b.cn")
    one, two = identities(contact, b"1" * 32), identities(contact, b"2" * 32)
    assert sorted(one.values()) == ["email", "phone"]
    assert not set(one) & set(two)
    assert all("13800138000" not in digest for digest in one)


def test_names_are_masked_and_companies_named() -> None:
    assert masked_name("王小明", None) == "王*"
    assert masked_name("王小明", "某公司") == "某公司"
    assert masked_name(None, None) == "*"


def test_filling_keeps_what_is_known() -> None:
    assert Contact(phone="1").filled_from(Contact(name="王", phone="2")) == Contact(name="王", phone="1")
