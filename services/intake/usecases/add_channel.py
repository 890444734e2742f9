"""Add a channel; its key is shown once and only its keyed hash is kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from services.intake.domain.records import ChannelRow
from services.intake.store import channels
from shared.auth import hash_key, new_key
from shared.ids import new_id
from shared.refused import Refused


@dataclass(frozen=True)
class NewChannel:
    """A channel to add; allowed_policies besides the default one; form: of the policy, shown at /f/<code>."""

    code: str
    policy: str
    kind: str = "web"
    allowed_policies: tuple[str, ...] = ()
    department: str = "CSR"
    form: str | None = None


def add_channel(session: Session, wanted: NewChannel, *, pepper: str, now: datetime) -> str:
    """Returns the key. Refused 409 when the code is taken."""
    if channels.code_taken(session, wanted.code):
        raise Refused("channel-exists", "There is a channel of that code")
    key = new_key()
    row = ChannelRow(
        id=new_id(),
        code=wanted.code,
        kind=wanted.kind,
        policy=wanted.policy,
        allowed_policies=tuple(dict.fromkeys((wanted.policy, *wanted.allowed_policies))),
        department=wanted.department,
        form=wanted.form,
    )
    channels.add(session, row, hash_key(pepper, key), now)
    return key
