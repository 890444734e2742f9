"""Identity cards, bank cards, passports and licence plates (pure)."""

import re
from collections.abc import Iterator

from shared.privacy.span import SAID, Span

_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_IDENTITY = re.compile(rf"(?<!\d)[1-8]\d{{5}}[ -]?(?:19|20)\d\d{_MONTH_DAY}[ -]?\d{{3}}(?:[Xx]|\d(?!\d))")
_NAMED_IDENTITY = re.compile(
    rf"(?:身份证|证件){SAID}([1-8]\d{{5}}(?:(?:19|20)\d\d{_MONTH_DAY}\d{{3}}[\dXx]|\d\d{_MONTH_DAY}\d{{3}}))(?!\d)"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

_CARD = r"\d{4}(?:[ -]?\d{4}){2,3}[ -]?\d{1,4}(?!\d)"
_BANK = re.compile(rf"(?<![A-Za-z\d]){_CARD}")
_ISSUED = re.compile(r"(?:4|5[1-5]|2[2-7]|35|62|81|95[58])\d+|(?:60|68|69|9[45]|436|62)\d+")
_NAMED_BANK = re.compile(rf"(?:银行卡|储蓄卡|信用卡|借记卡|工资卡){SAID}({_CARD})")

_PASSPORT = re.compile(
    r"(?:护照|通行证|台胞证|passport)\s?(?:号码|number|no\.?|号)?\s?[:是为]?\s?([A-Z]{1,2}\d{7,8}|\d{8})(?![A-Z\d])",
    re.IGNORECASE,
)

_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z]"
    r"(?:[ ·•・.\-]? ?(?:[A-HJ-NP-Z\d]{6}|[A-HJ-NP-Z\d]{4}[A-HJ-NP-Z\d挂学警港澳])(?![A-Z\d])"
    r"|[·•・][A-HJ-NP-Z\d]{5}(?!\d))"
    r"(?!套餐|型|版|款|系列|接口|产品)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[最全更刷重创崭翻]新|[里讯为端上]云|[知]青")


def cards(flat: str) -> Iterator[Span]:
    """Identity and bank cards. Unnamed numbers must pass their check digit, named ones may be mistyped."""
    for match in _IDENTITY.finditer(flat):
        value = re.sub(r"[ -]", "", match[0])
        if _is_identity(value):
            yield Span("id_card", match.start(), match.end(), value.casefold())
    for match in _NAMED_IDENTITY.finditer(flat):
        yield Span("id_card", match.start(1), match.end(1), match[1].casefold())
    for match in _BANK.finditer(flat):
        digits = re.sub(r"\D", "", match[0])
        if _is_bank_card(digits):
            yield Span("bank_card", match.start(), match.end(), digits)
    for match in _NAMED_BANK.finditer(flat):
        yield Span("bank_card", match.start(1), match.end(1), re.sub(r"\D", "", match[1]))


def passports(flat: str) -> Iterator[Span]:
    """Passports and travel permits, only when named."""
    for match in _PASSPORT.finditer(flat):
        yield Span("passport", match.start(1), match.end(1), match[1].casefold())


def plates(flat: str) -> Iterator[Span]:
    """Licence plates, also of new energy cars; 最新A12345 is a model, not a car in Xinjiang."""
    for match in _PLATE.finditer(flat):
        value = re.sub(r"[\W_]", "", match[0]).casefold()
        start = match.start()
        if sum(map(str.isdigit, value)) >= 3 and not _WORD.fullmatch(flat[max(0, start - 1) : start + 1]):
            yield Span("plate", start, match.end(), value)


def _is_identity(value: str) -> bool:
    """GB 11643: the last place is a check digit; order numbers of 18 digits rarely have it, nor a date of birth."""
    total = sum(int(digit) * weight for digit, weight in zip(value[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == value[17].upper()


def _is_bank_card(digits: str) -> bool:
    """16 to 19 digits of a known kind of issuer that pass the Luhn check."""
    if not 16 <= len(digits) <= 19 or not _ISSUED.fullmatch(digits):
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
