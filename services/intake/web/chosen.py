"""The files that were chosen on a page: read, checked, and told apart from those of another sending."""

from flask import g

from services.intake.domain import attachments as files
from services.intake.domain.attachments import Attachment
from services.intake.domain.file_kinds import EXTENSIONS
from services.intake.domain.web_form import ATTACHMENTS
from shared.http.uploads import uploads

ACCEPT = ",".join(f".{one}" for one in EXTENSIONS)
"""What a browser offers to choose from."""


def chosen() -> tuple[Attachment, ...]:
    """In the order in which they were chosen, checked once per request; Refused as domain.attachments.file."""
    if "chosen" not in g:
        found = uploads(ATTACHMENTS)
        files.check_count(len(found))
        g.chosen = tuple(
            files.file(one.name, one.read, size=one.size, place=f"/{ATTACHMENTS}/{index}")
            for index, one in enumerate(found)
        )
    came: tuple[Attachment, ...] = g.chosen
    return came


def any_chosen() -> bool:
    """A browser gives no file back to a page: what was chosen before an error has to be chosen again."""
    return bool(uploads(ATTACHMENTS))
