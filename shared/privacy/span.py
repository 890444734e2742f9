"""A find in a text, and what all patterns share."""

from dataclasses import dataclass

SAID = r"(?:号码|号)?\s?(?:[:是为]|换成|改成|改为|写成了?)?\s?"
"""What may stand between the name of a number and the number (for patterns)."""

_WIDE = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: 0x20, 0xA0: 0x20}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), ord("-"))
_ONE_WIDTH = _WIDE | _DASHES


@dataclass(frozen=True)
class Span:
    """Personal data at text[start:end]; value is its comparable form."""

    kind: str
    start: int
    end: int
    value: str


def flatten(text: str) -> str:
    """Full-width signs, odd spaces and dashes as plain ASCII, one for one: places stay those of the original."""
    return text.translate(_ONE_WIDTH)


def before(flat: str, start: int) -> str:
    """The 40 characters before a place: what a look back may read, so that it costs the same in any text."""
    return flat[max(0, start - 40) : start]
