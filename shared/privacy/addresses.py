"""Postal addresses: a road, a housing estate or a village, with a number (pure).

A house is found first; the start is looked for in the 40 characters before it, the rest of the address in what follows.
Houses without road or estate (3号楼1201室) and roads without number lead nowhere by themselves and are left alone.
"""

import re
from collections.abc import Iterator

from shared.privacy.places import PLACE
from shared.privacy.span import Span, before

_COUNT = r"(?:\d{1,5}|[一二三四五六七八九十百]{1,5})"
_HOUSE = re.compile(
    r"(?P<road>(?:大道|大街|胡同|[路街巷道])(?:[东西南北中][一二三四五]?段|[一二三四五中]段)?)"
    rf"\s?[甲乙临]?{_COUNT}(?:[-之]\d{{1,4}})?(?:号院?|弄)"
    r"|(?P<estate>小区|花园|公寓|家园|新村|新城|嘉园|雅苑|大厦|[苑里])"
    rf"\s?(?:[A-Za-z]?\d{{1,4}}|[A-Za-z]|[一二三四五六七八九十]{{1,3}})(?:号楼|号|栋|幢|座|单元|室)"
    rf"|(?P<village>[村屯庄寨])(?:\s?{_COUNT}[组队])?\s?{_COUNT}号"
)
_PART = r"(?:[A-Za-z]\d{0,4}|\d{1,4}(?:-\d{1,4})?|[一二三四五六七八九十]{1,3})"
_REST = re.compile(
    r"[甲乙院]?(?:附\d{1,4}号)?"
    r"(?:\s?(?:[\u4e00-\u9fff]{2,10}?(?:大厦|广场|中心|大楼|公寓|花园|小区|家园|写字楼|现代城)){0,2}"
    rf"\s?{_PART}(?:号楼|号院|单元|[号栋幢座室楼层组弄院户房])){{0,6}}"
    r"(?:\s?\d{3,4}(?![\d.:年月日-])室?)?"
)
_CHAIN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9·]+(?: [\u4e00-\u9fffA-Za-z0-9·]+)*$")
_DISTRICT = re.compile(r"[\u4e00-\u9fff]{2,4}?(?:自治州|自治县|街道|[市区县旗镇乡])")
_BREAK = re.compile(r"[的了在到我你们请把给住寄]")
_LEAD = re.compile(r".*(?:[的了在到我你们请把给住寄是至送去往于找]|[改换写为]成|[改址]为|地址|公司|快递)", re.DOTALL)
_NO_ROAD = re.compile(r"(?:^|.)[线电链思套回支通光油气水公铁半一旁短网走出后各多两四几管频渠轨赛航管跑]$|^$")
_LONGEST_ROAD = 5


def addresses(flat: str) -> Iterator[Span]:
    """Addresses in a text of one width; value: the text without spaces."""
    done = 0
    for match in _HOUSE.finditer(flat):
        if match.start() < done:
            continue
        start = _start(before(flat, match.start())[-(match.start() - done) :], match)
        if start is not None:
            rest = _REST.match(flat, match.end())
            done = rest.end() if rest else match.end()
            yield Span("address", match.start() - start, done, re.sub(r"\s", "", flat[match.start() - start : done]))


def _start(left: str, house: re.Match[str]) -> int | None:
    """How many characters before the house its address begins; None: this is no address."""
    chain = _CHAIN.search(left)
    text = chain[0] if chain else ""
    for place in PLACE.finditer(text):
        if not _BREAK.search(text, place.end()):
            return len(text) - place.start()
    text = text.split(" ")[-1]
    lead = _LEAD.match(text)
    text = text[lead.end() :] if lead else text
    if _DISTRICT.match(text):
        return len(text)
    weak = house["village"] or house["road"] == "道" or house["estate"] in ("里", "苑", "新城")
    if weak or not text or (house["road"] and _NO_ROAD.search(text)):
        return None
    return len(text) if len(text) <= _LONGEST_ROAD else 3
