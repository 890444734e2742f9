"""What names a report for ever: the same one again is the same demand."""

from services.intake.domain.contact import keyed
from services.intake.domain.records import ChannelRow
from services.intake.domain.report import Report

_MAIL = "email"


def natural_keys(report: Report, channel: ChannelRow, key: bytes) -> list[tuple[str, str]]:
    """(scope, keyed hash) of a partner's own reference and of a mail's Message-ID.

    A reference counts within its channel. One mail may reach several mailboxes, so a Message-ID counts on all
    channels of kind email together.
    """
    own = f"channel:{channel.id}"
    found = []
    if reference := report.referral.get("reference"):
        found.append((own, f"referral:{report.referral.get('partner') or ''}:{reference}"))
    if report.message_id:
        found.append((f"kind:{_MAIL}" if channel.kind == _MAIL else own, f"message:{report.message_id}"))
    return [(scope, keyed(key, name)) for scope, name in found]
