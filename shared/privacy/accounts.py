"""Mail addresses and messenger accounts (pure)."""

import re
from collections.abc import Iterator

from shared.privacy.span import Span

_LOCAL = r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]++"
_LABEL = r"[A-Za-z0-9-]{1,63}"
_TOP = r"[A-Za-z]{2,24}(?![A-Za-z])"
_MAIL = re.compile(rf"{_LOCAL} ?@ ?(?:{_LABEL}[.。]){{1,8}}{_TOP}")
_HIDDEN_MAIL = re.compile(
    rf"{_LOCAL}(?: ?[(\[]at[)\]] ?(?:{_LABEL}(?:\.| ?[(\[]dot[)\]] ?| dot )){{1,4}}"
    rf"| at (?:{_LABEL} dot ){{1,4}}){_TOP}",
    re.IGNORECASE,
)
_FILES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".pdf", ".xlsx", ".docx")

_MESSENGER = r"微信|威信|薇信|(?:可?加|私)(?:我)?[vV]信?|\b[vV]信|wechat|weixin|\b[vw]x|qq|扣扣"
_NETWORK = r"钉钉|飞书|支付宝|抖音|快手|微博|小红书|telegram|whatsapp|\bline|skype"
_NUMBER = r"(?:号码|账号|号| ?id)"
_NO_PHONE = r"(?!1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d))"
_END = r"(?![\w-])"
_NAMED = re.compile(
    rf"(?:(?:(?:{_MESSENGER}){_NUMBER}?|(?:{_NETWORK}){_NUMBER})\s{{0,3}}(?:[:为]|是|换成|改成)|(?:{_MESSENGER}){_NUMBER})"
    rf"\s{{0,3}}{_NO_PHONE}([A-Za-z0-9][A-Za-z0-9_-]{{4,29}}){_END}",
    re.IGNORECASE | re.ASCII,
)
_BARE = re.compile(
    rf"(?:{_MESSENGER})(?:(?<![vVxX])|(?![A-Za-z0-9]))\s{{0,3}}{_NO_PHONE}"
    rf"((?=[A-Za-z]{{1,19}}[\d_-])[A-Za-z][A-Za-z0-9_-]{{5,19}}|[1-9]\d{{4,10}}){_END}",
    re.IGNORECASE | re.ASCII,
)


def mails(flat: str) -> Iterator[Span]:
    """Mail addresses, also with the at sign spelt (at); `logo@2x.png` is a file."""
    for pattern in (_MAIL, _HIDDEN_MAIL):
        for match in pattern.finditer(flat):
            if not match[0].lower().endswith(_FILES):
                yield Span("email", match.start(), match.end(), match[0].replace(" ", "").casefold())


def messengers(flat: str) -> Iterator[Span]:
    """Accounts named as such: behind 微信号, QQ: ... anything; behind a bare 微信 only what holds a digit."""
    for pattern in (_NAMED, _BARE):
        for match in pattern.finditer(flat):
            group = match.lastindex or 0
            yield Span("im", match.start(group), match.end(group), match[group].casefold())
