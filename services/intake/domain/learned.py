"""A contact that a customer wrote into the text instead of the field for it."""

from collections.abc import Iterable
from typing import Any

from services.intake.domain.contact import Contact, normal_email, normal_phone
from services.intake.domain.report import Report
from shared.privacy import finder


def learned(report: Report) -> Contact:
    """The first phone number and the first mail address in the words of a report.

    It is taken for the vault only where nothing better is known, and links no customer: it may be somebody else's.
    """
    found: dict[str, str] = {}
    for text in _texts(report):
        for span in finder.find(text):
            value = text[span.start : span.end]
            if span.kind in ("phone", "email") and span.kind not in found and _is_whole(span.kind, value):
                found[span.kind] = value
    return Contact(phone=found.get("phone"), email=found.get("email"))


def _is_whole(kind: str, value: str) -> bool:
    return (normal_phone(value) if kind == "phone" else normal_email(value)) is not None


def _texts(report: Report) -> Iterable[str]:
    said: list[Any] = [report.description, report.subject, report.wishes, report.feedback.get("text")]
    return (one for one in (*said, *report.fields.values()) if isinstance(one, str))
