"""Questions of a page, and which of them apply to what was answered. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from shared.policies.parts import Text

Kind = Literal[
    "text", "long_text", "number", "date", "choice", "choices", "yes_no", "phone", "email", "stars", "moment", "files"
]
Typed = Mapping[str, Sequence[str]]
"""Name of a question -> what was typed or chosen, as a browser sends it."""


@dataclass(frozen=True)
class Option:
    """One answer that may be chosen; value: the policy's code."""

    value: str
    label: Text


@dataclass(frozen=True)
class When:
    """A question is asked when another, by name, has one of these answers; said: the same in words."""

    name: str
    answers: tuple[str, ...]
    said: Text


@dataclass(frozen=True)
class Question:
    """One question of a page. name: as policies name what is reported; when: None for what is always asked;
    required: where it is asked; sensitive: the answer is shown to authorised people only."""

    name: str
    label: Text
    kind: Kind
    required: bool = False
    options: tuple[Option, ...] = ()
    note: Text | None = None
    when: When | None = None
    sensitive: bool = False


@dataclass(frozen=True)
class Section:
    """A part of the page."""

    code: str
    label: Text
    questions: tuple[Question, ...]

    def without(self, known: Collection[str]) -> "Section":
        """The same without the questions of these names."""
        return Section(self.code, self.label, tuple(one for one in self.questions if one.name not in known))


def names(asked: Iterable[Section]) -> set[str]:
    """The names of all questions."""
    return {one.name for section in asked for one in section.questions}


def settled(asked: Iterable[Section], known: Mapping[str, str]) -> tuple[Section, ...]:
    """What is left to be asked, and when, of somebody of whom this is known (name of a question -> answer).

    A known answer decides as if it had been given here. Sections in the order of the form: what decides stands first.
    """
    kept: set[str] = set()

    def left(one: Question) -> Question | None:
        when = one.when
        if when is not None and when.name in known:
            return replace(one, when=None) if known[when.name] in when.answers else None
        return one if when is None or when.name in kept else None

    found = []
    for section in asked:
        questions = []
        for one in section.questions:
            if (asked_now := left(one)) is not None:
                kept.add(one.name)
                questions.append(asked_now)
        found.append(replace(section, questions=tuple(questions)))
    return tuple(found)


def applying(asked: Iterable[Section], typed: Typed) -> set[str]:
    """Names of the questions whose answers count: all but those that another answer rules out.

    Where nothing was chosen that decides, an answer counts too: whoever gives stars without saying what for has rated.
    """
    every = _every(asked)
    return {name for name in every if _applies(name, every, typed) is not False}


def wanting(asked: Iterable[Section], typed: Typed) -> set[str]:
    """Names of the questions without an answer that are required now, of those that decide or are decided on.

    Of all others the policy's rules of quality say whether they are required.
    """
    every = _every(asked)
    deciding = {one.when.name for one in every.values() if one.when}
    return {
        name
        for name, one in every.items()
        if one.required and (one.when or name in deciding) and not _said(one, typed) and _applies(name, every, typed)
    }


def _every(asked: Iterable[Section]) -> dict[str, Question]:
    return {one.name: one for section in asked for one in section.questions}


def _applies(name: str, every: Mapping[str, Question], typed: Typed) -> bool | None:
    """None: nothing was chosen that decides. What does not apply itself rules out all that hangs on it."""
    when = every[name].when
    if when is None:
        return True
    if _applies(when.name, every, typed) is False:
        return False
    chosen = _said(every[when.name], typed)
    return any(one in when.answers for one in chosen) if chosen else None


def _said(question: Question, typed: Typed) -> list[str]:
    """What was answered; of what is chosen from, only what there is to choose: no other word decides anything."""
    said = [text.strip() for text in typed.get(question.name, ()) if text.strip()]
    codes = {one.value for one in question.options}
    return [text for text in said if text in codes] if codes else said
