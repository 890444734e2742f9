"""The one finder of personal data in free text, and the redactor built on it.

Finds phones, mail addresses, identity and bank card numbers, named messenger accounts, and the given customer's own
names and contacts. Other people's names in prose are not found: a stated residual.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

LABELS = {
    "phone": "电话",
    "email": "邮箱",
    "id_card": "证件",
    "bank_card": "卡号",
    "im": "账号",
    "own": "客户",
}

_WIDE = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: 0x20}
_NOISE = r"[ \-.·()]{0,2}"
_PATTERNS = (
    ("email", re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")),
    ("id_card", re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")),
    ("bank_card", re.compile(r"(?<!\d)\d{4}(?:[ -]?\d{4}){2,3}[ -]?\d{1,4}(?!\d)")),
    ("phone", re.compile(rf"(?<!\d)(?:(?:\+|00)?86{_NOISE})?1[3-9]\d(?:{_NOISE}\d{{4}}){{2}}(?!\d)")),
    ("phone", re.compile(r"(?<!\d)\(?0\d{2,3}\)?[ -]?\d{7,8}(?!\d)")),
    ("phone", re.compile(r"(?<![\d+])\+\d{1,3}(?:[ -]?\d{2,5}){2,5}(?!\d)")),
    (
        "im",
        re.compile(r"(?i)(?:微信|wechat|qq)(?:号|号码)?\s{0,3}[:是为]?\s{0,3}([A-Za-z0-9][\w-]{4,29})", re.ASCII),
    ),
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True)
class Span:
    """Personal data at text[start:end]; value is its comparable form."""

    kind: str
    start: int
    end: int
    value: str


def find(text: str, own: Iterable[str] = ()) -> list[Span]:
    """Spans in order, without overlaps; the customer's own values win over patterns."""
    flat = text.translate(_WIDE)
    found = [*_own_spans(flat, own), *_pattern_spans(flat)]
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


def _pattern_spans(flat: str) -> Iterable[Span]:
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(flat):
            group = 1 if match.re.groups else 0
            value = match[group]
            digits = re.sub(r"\D", "", value)
            if (kind == "id_card" and not _is_id_card(value)) or (kind == "bank_card" and not _is_card(digits)):
                continue
            comparable = digits[-11:] if kind == "phone" else value.casefold()
            yield Span(kind, match.start(group), match.end(group), comparable)


def _own_spans(flat: str, own: Iterable[str]) -> Iterable[Span]:
    for value in own:
        plain = value.translate(_WIDE).strip()
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


def _is_id_card(value: str) -> bool:
    """GB 11643: the last place is a check digit; order numbers of 18 digits rarely have it."""
    total = sum(int(digit) * weight for digit, weight in zip(value[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == value[17].upper()


def _is_card(digits: str) -> bool:
    """16 to 19 digits that pass the Luhn check."""
    if not 16 <= len(digits) <= 19:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
