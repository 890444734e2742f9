"""/f/<channel>/print: a channel's form on paper, blank, with its filling rules, its notice and the way online."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from flask import Response

from services.intake.domain import web_form
from services.intake.domain.questions import Question, Section
from services.intake.domain.records import ChannelRow
from services.intake.usecases.services import Services
from shared.policies.forms import Form
from shared.policies.model import Policy
from shared.web.language import language
from shared.web.pages import render

_ONE_OF, _SEVERAL = frozenset({"choice", "yes_no", "stars"}), frozenset({"choices"})


@dataclass(frozen=True)
class Line:
    """A numbered question."""

    number: int
    question: Question


def page(services: Services, channel: ChannelRow, policy: Policy, form: Form) -> Response:
    """The blank form, made for A4; the QR code leads to the same form online."""
    sections = web_form.sections(policy, form)
    return render(
        "printed.html",
        channel=channel,
        policy=policy,
        form=form,
        sections=_numbered(sections),
        rules=rules(policy, sections),
        contact=services.privacy_contact,
        address=services.form_url(channel.code),
        example=_example(policy, sections),
    )


def rules(policy: Policy, sections: Sequence[Section]) -> list[tuple[str, dict[str, object]]]:
    """The filling rules that this form needs: (name of the words, what stands in them)."""
    asked = [one for section in sections for one in section.questions]
    kinds = {one.kind for one in asked}
    found: list[tuple[str, dict[str, object]]] = [("print.rule.pen", {})]
    if any(one.required for one in asked):
        found.append(("print.rule.required", {}))
    if kinds & _ONE_OF:
        found.append(("print.rule.one", {}))
    if kinds & _SEVERAL:
        found.append(("print.rule.several", {}))
    if "date" in kinds:
        found.append(("print.rule.date", {}))
    if "phone" in kinds and policy.quality.phone_digits:
        found.append(("print.rule.phone", {"digits": policy.quality.phone_digits}))
    if "stars" in kinds:
        found.append(("print.rule.stars", {}))
    if any(one.sensitive for one in asked):
        found.append(("print.rule.sensitive", {}))
    return [*found, ("print.rule.more", {})]


def _numbered(sections: Sequence[Section]) -> list[tuple[Section, list[Line]]]:
    numbers = count(1)
    return [(section, [Line(next(numbers), one) for one in section.questions]) for section in sections]


def _example(policy: Policy, sections: Sequence[Section]) -> tuple[str, str] | None:
    """What is too vague and how it is clear, in the policy's own words, where the form asks for a description."""
    asked = {one.name for section in sections for one in section.questions}
    found: Iterator[tuple[str, str]] = ((one.vague, one.clear) for one in policy.quality.examples)
    return next(found, None) if "description" in asked and language() == "zh" else None
