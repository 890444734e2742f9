"""What reporting tells: packages that are sealed and reports that are issued; nothing of what is in them."""

from shared.contracts.shapes import Strict, maybe, moment, number, text


class ArchiveSealed(Strict):
    """reporting: the package of a policy's month is made; previous: hash of the manifest of the one before it."""

    archive_id, policy, period, count = text(), text(), text(), number()
    manifest_sha256, previous, sealed_at = text(), maybe(), moment()


class ReportIssued(Strict):
    """reporting: the figures of a policy's period stand; code: which of the policy's reports."""

    report_id, policy, code, period = text(), text(), text(), text()
    figures_sha256, issued_at = text(), moment()


PUBLISHED = {
    "archive.sealed": ArchiveSealed,
    "report.issued": ReportIssued,
}
