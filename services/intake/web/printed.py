"""/f/<channel>/print: a channel's form on paper, blank, with its filling rules, its notice and the way online."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from flask import Response

from services.intake.domain import web_form
from services.intake.domain.records import ChannelRow
from services.intake.domain.web_form import Question, Section
from services.intake.usecases.services import Services
from shared.policies.forms import Form
from shared.policies.model import Policy
from shared.policies.parts import Text
from shared.web.language import language
from shared.web.pages import render

_ONE_OF, _SEVERAL = frozenset({"choice", "yes_no", "stars"}), frozenset({"choices"})


@dataclass(frozen=True)
class Line:
    """A numbered question. only_for: the question and answers that it applies to, None: always."""

    number: int
    question: Question
    only_for: tuple[Text, tuple[Text, ...]] | None


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
    known = {one.name: one for section in sections for one in section.questions}
    return [
        (section, [Line(next(numbers), one, _only_for(one, known)) for one in section.questions])
        for section in sections
    ]


def _only_for(question: Question, known: dict[str, Question]) -> tuple[Text, tuple[Text, ...]] | None:
    if question.when is None or question.when[0] not in known:
        return None
    asked = known[question.when[0]]
    return asked.label, tuple(one.label for one in asked.options if one.value in question.when[1])


def _example(policy: Policy, sections: Sequence[Section]) -> tuple[str, str] | None:
    """What is too vague and how it is clear, in the policy's own words, where the form asks for a description."""
    asked = {one.name for section in sections for one in section.questions}
    found: Iterator[tuple[str, str]] = ((one.vague, one.clear) for one in policy.quality.examples)
    return next(found, None) if "description" in asked and language() == "zh" else None
