"""A chat as its tool hands it over when it is over: who wrote what when, and the demand that it makes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from services.intake.domain.communications import Communication, Direction
from services.intake.domain.report import Report
from shared.refused import Refused

Speaker = Literal["customer", "agent"]
MOST_IN_DESCRIPTION = 20_000
"""Characters of a description; the transcript holds what is beyond."""

_MARKS = {"zh": {"customer": "客户：", "agent": "客服："}, "en": {"customer": "Customer: ", "agent": "Agent: "}}
_SAID = ("subject", "order_number", "product", "mood", "wishes")
"""What a report says that is recorded of a talk as well."""


@dataclass(frozen=True)
class Message:
    """What one side wrote at once; at: aware."""

    at: datetime
    speaker: Speaker
    text: str


@dataclass(frozen=True)
class Chat:
    """report: the demand's body; demand: number of the one that the chat was about, None: it makes a new one."""

    report: Report
    messages: tuple[Message, ...]
    answered: bool
    demand: str | None = None


def check(chat: Chat, now: datetime) -> None:
    """Refused 422: a message that stands before an earlier one or was not written yet; an answer that nobody gave."""
    messages = chat.messages
    errors = [_wrong(place, "future") for place, one in enumerate(messages) if one.at > now]
    errors += [_wrong(place, "order") for place, (one, after) in enumerate(pairwise(messages), 1) if after.at < one.at]
    if chat.answered and all(one.speaker == "customer" for one in messages):
        errors.append({"pointer": "/answered", "code": "nobody-answered", "message": "No message is an agent's"})
    if errors:
        raise Refused("validation-failed", "The content does not fit", 422, errors)


def description(messages: Sequence[Message]) -> str:
    """The customer's own messages one below the other, as many whole ones as a description holds."""
    lines: list[str] = []
    length = 0
    for one in messages:
        if one.speaker == "customer" and (length := length + len(one.text) + 1) <= MOST_IN_DESCRIPTION:
            lines.append(one.text)
    return "\n".join(lines)


def communication(chat: Chat, time_zone: str) -> Communication:
    """The chat as one talk, when its last message was written; time_zone: where the policy's people are.

    One in which we answered with substance is ours, so that it meets the first response.
    """
    said = {name: getattr(chat.report, name) for name in _SAID}
    words = _transcript(chat.messages, chat.report.language, ZoneInfo(time_zone))
    direction: Direction = "outbound" if chat.answered else "inbound"
    return Communication(chat.messages[-1].at, "chat", direction, words, chat.answered, **said)


def _transcript(messages: Sequence[Message], language: str, zone: ZoneInfo) -> str:
    marks = _MARKS.get(language, _MARKS["zh"])
    return "\n".join(f"{one.at.astimezone(zone):%Y-%m-%d %H:%M} {marks[one.speaker]}{one.text}" for one in messages)


def _wrong(place: int, code: str) -> dict[str, str]:
    said = {"future": "Not written yet", "order": "Before the message above it"}[code]
    return {"pointer": f"/messages/{place}/at", "code": code, "message": said}
