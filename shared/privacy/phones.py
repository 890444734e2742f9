"""Phones: mobiles, landlines with area code and extension, named local numbers, foreign numbers (pure).

Company lines (400, 800, five-digit hotlines) lead to no person and are left alone. So is a number inside a longer token
(SN13812345678Z), after the name of another number (运单号) or before a unit (元).
"""

import re
from collections.abc import Iterator

from shared.privacy.span import SAID, Span, before

_NOISE = r"[ \-.·()_]{0,2}"
_EXTENSION = r"(?: ?(?:转|分机|-|ext\.?|x) ?(?:分机)?\d{1,6}(?!\d))?"
_MOBILE = re.compile(
    rf"(?<!\d)(?:(?:\+|00)?86{_NOISE})?"
    rf"(?:1[3-9]\d(?:{_NOISE}\d{{4}}){{2}}|1[3-9]\d\d[ -]\d{{3}}[ -]\d{{4}}|1[3-9]\d[ -]\d{{3}}[ -]\d{{5}}"
    rf"|1[ -][3-9](?:[ -]\d){{9}})(?:转 ?\d{{1,6}})?(?!\d)"
)
_LANDLINE = re.compile(
    r"(?<!\d)(?:(?:\+|00)86[ -]{0,2}\(?0?|\((?=\d{3,4}\))0|0)(?:10|2\d|[3-9]\d\d)\)?"
    rf"[ -]{{0,2}}[1-9]\d{{2,3}}[ -]?\d{{4}}(?!\d){_EXTENSION}",
    re.IGNORECASE,
)
_FOREIGN = re.compile(
    r"(?:\+[1-9]\d{0,2}|(?<!\d)00(?:852|853|886|81|82|65|61|44|49|33|1)(?=[ -]))(?:[ .-]?\(?\d{1,5}\)?){2,6}+(?!\d)"
)
_LOCAL = re.compile(
    rf"(?:座机|固话|固定电话|电话|传真|\btel){SAID}([2-9]\d{{2,3}}[ -]?\d{{4}}(?!\d){_EXTENSION})", re.IGNORECASE
)
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")

_SPELT = "〇零一二三四五六七八九幺"
_SPELT_MOBILE = re.compile(rf"(?<![{_SPELT}])[一幺][三四五六七八九][{_SPELT}]{{9}}(?![{_SPELT}])")
_DIGITS = str.maketrans(_SPELT, "001234567891")

_TOKEN = re.compile(r"[-A-Za-z0-9_#]*$")
_CUES = {"tel", "phone", "mobile", "mob", "cell", "call", "at", "no", "wx", "vx", "v", "wechat", "whatsapp", "fax"}
_OTHER_NUMBER = re.compile(
    r"(?:(?:订|运|快递|工|保)单|单号|编号|序列号|流水号|货号|料号|批次号?|交易号|条码|代码|端口|会议号|\bsn)"
    r"(?:号码|号)?\s?[:是为]?\s?$|(?<!\d)\d{1,3}\.$",
    re.IGNORECASE,
)
_UNIT = re.compile(r"\s?(?:元|块钱|[万亿]|字节|bytes|[KMG]B|条记录|\.\d{1,2}(?!\d))", re.IGNORECASE)


def phones(flat: str) -> Iterator[Span]:
    """Phones in a text of one width; value: the last 11 digits."""
    for pattern in (_MOBILE, _LANDLINE, _FOREIGN):
        for match in pattern.finditer(flat):
            digits = re.sub(r"\D", "", match[0])
            if (pattern is not _FOREIGN or 10 <= len(digits) <= 15) and _stands_alone(flat, match.start(), match.end()):
                yield Span("phone", match.start(), match.end(), digits[-11:])
    for match in _LOCAL.finditer(flat):
        digits = re.sub(r"\D", "", match[1])
        if not _DATE.fullmatch(digits):
            yield Span("phone", match.start(1), match.end(1), digits)
    for match in _SPELT_MOBILE.finditer(flat):
        yield Span("phone", match.start(), match.end(), match[0].translate(_DIGITS))


def _stands_alone(flat: str, start: int, end: int) -> bool:
    left = before(flat, start)
    token = _TOKEN.search(left)
    letters = re.sub(r"[\W\d_]+$", "", token[0]).lower() if token else ""
    if "#" in (token[0] if token else "") or (re.search("[a-z]", letters) and letters not in _CUES):
        return False
    return not _OTHER_NUMBER.search(left) and not _UNIT.match(flat, end)
