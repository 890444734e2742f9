"""A span of time as policies write it: `4h` elapsed hours, `4wh` working hours, `3wd` working days, `7d` days."""

import re
from dataclasses import dataclass
from typing import Literal, cast

Unit = Literal["h", "wh", "wd", "d"]

_SPEC = re.compile(r"(-?)([0-9]{1,5})(h|wh|wd|d)")
_MOST: dict[Unit, int] = {"h": 87_660, "wh": 87_660, "wd": 3_653, "d": 3_653}
"""Ten years; whoever asks for more has made a slip."""


@dataclass(frozen=True)
class Span:
    """`amount` units; a negative amount counts back from the start."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


def parse_span(text: str) -> Span:
    """The span a spec means; ValueError when it is none or is longer than ten years."""
    found = _SPEC.fullmatch(text)
    if found is None:
        raise ValueError(f"{text[:40]!r} is no span of time; write 4h, 4wh, 3wd or 7d, with - in front to count back")
    sign, digits, unit = found.groups()
    span = Span(int(sign + digits), cast(Unit, unit))
    if abs(span.amount) > _MOST[span.unit]:
        raise ValueError(f"{text} is longer than ten years ({_MOST[span.unit]}{span.unit})")
    return span
