"""Every event that a source may publish; a consumer moves its cursor over known ones and parks the rest. Pure."""

CATALOGUE: dict[str, frozenset[str]] = {
    "intake": frozenset(
        """
    demand.received demand.supplemented demand.communicated attachment.added demand.confirmed
    demand.disputed demand.withdrawn change.confirmed change.declined feedback.received customer.changed
    customer.erased campaign.opened campaign.closed
    """.split()
    ),
    "triage": frozenset(
        """
    demand.triaged demand.classified demand.prioritised demand.voted priority.proposed demand.routed
    demand.transferred demand.accepted demand.joined demand.assigned supplement.requested demand.resumed
    demand.evaluated resources.lacking demand.planned task.changed demand.progressed
    demand.blocked demand.unblocked demand.delayed promise.made change.requested change.approved change.decided
    demand.handed_over demand.completed cycle.started demand.closed demand.locked
    demand.rejected demand.merged demand.unmerged demand.linked
    demand.split demand.followed-up demand.corrected deadlines.changed deadline.breached policy.published
    calendar.published
    department.changed staff.changed meeting.called meeting.held meeting.missed
    """.split()
    ),
    "notifier": frozenset(["timer.approaching", "timer.reached", "notice.sent", "notice.failed"]),
    "reporting": frozenset(["archive.sealed", "report.issued", "record.purged"]),
}
"""Source -> kinds, all at version 1."""

WORK = frozenset(["work.offered", "work.updated", "work.withdrawn", "work.accepted", "work.refused"])
"""What triage puts into the queue of a department."""

CONTROL = frozenset({"stream.digest", "stream.resend-requested"})
"""What belongs to no stream."""


def is_known(source: str, kind: str, version: int) -> bool:
    """Whether a source may publish this kind at this version."""
    return version == 1 and kind in CATALOGUE.get(source, frozenset())
