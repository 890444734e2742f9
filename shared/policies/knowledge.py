"""What whoever talks to a customer should have at hand. Pure data, written as in parts.py."""

from dataclasses import dataclass

from shared.policies.parts import Condition, Text


@dataclass(frozen=True)
class Knowledge:
    """A manual or policy file worth reading when `when` holds; `reference`: where it lies, an address or a path."""

    code: str
    title: Text
    reference: str
    when: Condition
    ours: bool = False
