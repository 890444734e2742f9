"""The one finder of personal data in free text, and the redactor built on it.

Finds phones, mail addresses, identity and bank card numbers, passports, licence plates, postal addresses, named
messenger accounts, full names before a title or behind a word that announces them, and the given customer's own names
and contacts. Other people's names in prose are not found: a stated residual. docs/finders.md has the figures.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from shared.privacy.accounts import mails, messengers
from shared.privacy.addresses import addresses
from shared.privacy.cards import cards, passports, plates
from shared.privacy.names import names
from shared.privacy.phones import phones
from shared.privacy.span import Span, flatten

LABELS = {
    "phone": "电话",
    "email": "邮箱",
    "id_card": "证件",
    "bank_card": "卡号",
    "passport": "护照",
    "plate": "车牌",
    "im": "账号",
    "address": "地址",
    "name": "姓名",
    "own": "客户",
}

_KINDS = (mails, cards, passports, plates, messengers, phones, addresses, names)
"""In this order: what one has found is out of sight of those after it, as it will be in the redacted text."""

_ROUNDS = 3
"""A find may uncover its neighbour (two numbers grown together); bounded, as a text may be made to need many rounds."""

_NOISE = r"[ \-.·()]{0,2}"


def find(text: str, own: Iterable[str] = ()) -> list[Span]:
    """Spans in order, without overlaps; the customer's own values win over patterns."""
    flat = flatten(text)
    mine = list(_own_spans(flat, own))
    found = [*mine, *_pattern_spans(flat)]
    if mine:
        found += _pattern_spans(_without(flat, mine))
    kept: list[Span] = []
    for span in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
        elif span.end > kept[-1].end:  # overlapping finds: hide both
            kept[-1] = Span(kept[-1].kind, kept[-1].start, span.end, kept[-1].value)
    return kept


def redactor(own: Iterable[str] = ()) -> Callable[[str], str]:
    """A function that replaces personal data by typed marks such as [电话1]; one value keeps one mark."""
    values = tuple(own)
    marks: dict[tuple[str, str], str] = {}
    counts: dict[str, int] = {}

    def mark(span: Span) -> str:
        key = (span.kind, span.value)
        if key not in marks:
            counts[span.kind] = counts.get(span.kind, 0) + 1
            marks[key] = f"[{LABELS[span.kind]}{counts[span.kind]}]"
        return marks[key]

    def redact(text: str) -> str:
        parts, at = [], 0
        for span in find(text, values):
            parts += [text[at : span.start], mark(span)]
            at = span.end
        return "".join((*parts, text[at:]))

    return redact


def _pattern_spans(flat: str) -> Iterator[Span]:
    for _ in range(_ROUNDS):
        seen = flat
        for kind in _KINDS:
            found = list(kind(flat))
            yield from found
            flat = _without(flat, found)
        if flat == seen:
            break


def _without(flat: str, spans: Iterable[Span]) -> str:
    """The text with spans blanked by brackets, which bound every pattern as a mark does."""
    parts, at = [], 0
    for span in sorted(spans, key=lambda one: one.start):
        start = max(at, span.start)
        if start < span.end:
            parts += [flat[at:start], "]" * (span.end - start)]
            at = span.end
    return "".join((*parts, flat[at:]))


def _own_spans(flat: str, own: Iterable[str]) -> Iterator[Span]:
    for value in own:
        plain = flatten(value).strip()
        digits = re.sub(r"[\s\-().·+]", "", plain)
        if digits.isdigit() and len(digits) >= 5:
            pattern = _NOISE.join(digits)
        elif len(plain) >= 2:
            pattern = re.escape(plain)
        else:
            continue
        for match in re.finditer(pattern, flat, re.IGNORECASE):
            kind = "phone" if digits.isdigit() else "email" if "@" in plain else "own"
            yield Span(kind, match.start(), match.end(), digits[-11:] if kind == "phone" else plain.casefold())
