"""Forms of single values, and what came in a form that cannot be read."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime

Row = dict[str, str]
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MESSAGES = {
    "unknown-code": "The policy does not know this",
    "unknown-field": "The policy has no such field",
    "field-twice": "This field came under two names",
    "phone": "Not a phone number",
    "phone-digits": "Not a phone number of the length the policy asks for",
    "email": "Not a mail address",
    "date": "YYYY-MM-DD",
    "moment": "YYYY-MM-DD, or a time with an offset",
    "not-past": "A row of the past has a time of its own that is over",
    "type": "Not the kind of answer this field takes",
}


@dataclass
class Findings:
    """What does not fit. lenient: it counts as missing instead of being refused, as from mail and paper."""

    lenient: bool = False
    errors: list[Row] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def wrong(self, name: str, pointer: str, code: str) -> None:
        """A value that cannot be read. name: as policies name it, such as `customer.phone`."""
        if self.lenient:
            self.unreadable.append(name)
        else:
            self.refuse(pointer, code)

    def refuse(self, pointer: str, code: str) -> None:
        """What is refused wherever it comes from."""
        self.errors.append({"pointer": pointer, "code": code, "message": _MESSAGES[code]})


def is_day(value: object) -> bool:
    """YYYY-MM-DD, a day that exists."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_day_or_moment(value: str) -> bool:
    """YYYY-MM-DD, or RFC 3339 with an offset."""
    if is_day(value):
        return True
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return False
    return moment.tzinfo is not None and 19 < len(value) <= 40
