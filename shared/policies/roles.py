"""Who has a part in handling by a policy. Pure data, written as in parts.py."""

from dataclasses import dataclass
from typing import Literal

from shared.policies.parts import Text


@dataclass(frozen=True)
class Role:
    """Somebody who has a part in handling; `department` when it is always the same one.

    Staff hold a role by name (`demandflow staff add --policy-role A.committee`); `held_by: lead`: whoever leads the
    department in charge has it besides. `quorum`: so many of its holders who are present must say the same.
    """

    code: str
    label: Text
    department: str | None = None
    held_by: Literal["lead"] | None = None
    quorum: int = 1
    ours: bool = False
