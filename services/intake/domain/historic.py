"""A demand of the past, as a row of an older record tells it: what was decided then stands and is not decided again."""

from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Historic:
    """What the row says of its own handling; words, after codes.resolve_historic the policy's codes.

    limit: YYYY-MM-DD; owner: as written, a name leaves only masked; masked_contact: sealed with the original alone.
    """

    status: str
    owner: str | None = None
    limit: str | None = None
    result: str | None = None
    satisfaction: str | None = None
    priority: str | None = None
    channel: str | None = None
    note: str | None = None
    masked_contact: str | None = None

    def redacted(self, redact: Callable[[str], str]) -> "Historic":
        """Free texts passed through redact, the owner masked (policy C: shown as 赵*), no contact."""
        return replace(
            self,
            owner=f"{self.owner[0]}*" if self.owner else None,
            result=redact(self.result) if self.result else None,
            note=redact(self.note) if self.note else None,
            masked_contact=None,
        )

    def shown(self) -> dict[str, str | None]:
        """All that leaves; of a redacted one."""
        return {name: value for name, value in vars(self).items() if name != "masked_contact"}
