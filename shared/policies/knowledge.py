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


@dataclass(frozen=True)
class Script:
    """What to say to a customer when any of `when_any` holds (none given: always), in the order of the policy.

    `say` may hold {number} and {due}, by when the first answer is promised; a script with {due} is left out where
    nothing is promised.
    """

    code: str
    say: Text
    when_any: tuple[Condition, ...] = ()
    ours: bool = False
