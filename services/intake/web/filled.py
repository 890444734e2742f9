"""A filled page as a report: what was typed, what is wrong beside each question, the demand it becomes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import request
from marshmallow import ValidationError

from services.intake.domain import web_form
from services.intake.schemas.demand import DemandSchema
from services.intake.usecases.services import Services
from services.intake.usecases.take_report import ChannelOf, create
from services.intake.web.chosen import chosen
from shared.http.idempotency import Claim, StoredAnswer
from shared.http.problems import errors_of
from shared.refused import Refused
from shared.text import unsafe_character


@dataclass(frozen=True)
class Wrong:
    """Question -> code of what is wrong with it; "" for the page. lacking: it may be sent as it is."""

    errors: Mapping[str, str] = field(default_factory=dict)
    lacking: bool = False


class NotTaken(Exception):
    """The page comes again, with what is wrong."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__("a filled page was not taken")
        self.wrong = wrong


def typed(own: Collection[str]) -> dict[str, list[str]]:
    """What was typed, by question; own: fields of the page itself. NotTaken for text that cannot be stored."""
    found = {name: request.form.getlist(name) for name in request.form if name not in own}
    unsafe = {name: "unsafe" for name, texts in found.items() if any(unsafe_character(text) for text in texts)}
    if unsafe:
        raise NotTaken(Wrong(unsafe))
    return found


def take(
    services: Services,
    body: Mapping[str, Any],
    *,
    asked: Collection[str],
    wanting: Collection[str],
    as_it_is: bool,
    channel_of: ChannelOf,
    once: Callable[[], Claim],
    consent: str | None = None,
    taken_by: str | None = None,
) -> StoredAnswer:
    """The demand. NotTaken: fields in a wrong form, and, unless as_it_is, what is missing or vague of what was asked.

    asked: names of the questions that applied; wanting: those of them that the page itself says have to be answered.
    What the page does not ask for nobody can fill in there: it comes later. once: the name under which it is done once.
    """

    def taken(strict: bool) -> StoredAnswer:
        report = replace(DemandSchema().load(dict(body)), attachments=chosen())
        return create(
            services, report, strict=strict, channel_of=channel_of, names=[once()], consent=consent,
            taken_by=taken_by, wanting=wanting,
        )  # fmt: skip

    try:
        try:
            return taken(not as_it_is)
        except Refused as refusal:
            if refusal.code != "demand-incomplete" or set(asked) & set(beside(refusal.errors)):
                raise
            return taken(False)
    except ValidationError as error:
        raise NotTaken(Wrong(beside(errors_of(error.messages)))) from None
    except Refused as refusal:
        incomplete, errors = refusal.code == "demand-incomplete", beside(refusal.errors)
        if incomplete:
            errors = {name: code for name, code in errors.items() if name in asked}
        raise NotTaken(Wrong(errors or {"": refusal.code}, incomplete)) from None


def beside(errors: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Question -> code of what is wrong with it."""
    return {web_form.place_of(one["pointer"]): one["code"] for one in reversed(errors)}
