"""Send a notice or a letter once more because somebody asks for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.notifier.store import letters, notices
from shared.refused import Refused


def resend(session: Session, notice_id: str, *, now: datetime) -> Mapping[str, Any]:
    """Plan it anew; the notice as it is shown. now: system time.

    Refused 404 notice-unknown; 409 notice-under-way while it waits to be sent anyway.
    """
    found = notices.send_again(session, notice_id, now)
    if found is None:
        if notices.find(session, notice_id) is None:
            raise Refused("notice-unknown", "There is no such notice", 404)
        raise Refused("notice-under-way", "It has not been settled yet: it is still to be sent")
    return found


def resend_letter(session: Session, letter_id: str, *, now: datetime) -> Mapping[str, Any]:
    """Plan a campaign's letter anew; it as it is shown. Whether it may go out intake says when it does.

    now: system time. Refused 404 letter-unknown; 409 letter-under-way while it waits to be sent anyway.
    """
    found = letters.send_again(session, letter_id, now)
    if found is None:
        if letters.find(session, letter_id) is None:
            raise Refused("letter-unknown", "There is no such letter", 404)
        raise Refused("letter-under-way", "It has not been settled yet: it is still to be sent")
    return found
