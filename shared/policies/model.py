"""A policy: one versioned document that says how demands are run. Pure data; interpret.py reads it.

Field names are the keys of the document; a field without default is a required key. Codes are short strings,
`Text` is `{zh, en}`, spans of time are specs such as `4h` (elapsed hours). `ours: true` marks what the source
does not say and we decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Category = Literal[
    "inquiry", "complaint", "suggestion", "change", "request", "service", "cooperation", "feedback", "other"
]
StatusCategory = Literal["pending", "in_progress", "waiting", "completed", "closed"]


@dataclass(frozen=True)
class Text:
    """A text in both languages of the product."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The English text for "en", else the Chinese one."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class Condition:
    """True when every given key holds (a list: any of its members); an empty condition is always true."""

    words: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    urgencies: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    customer_kinds: tuple[str, ...] = ()
    amount_at_least: float | None = None
    safety: bool | None = None
    brand: bool | None = None


@dataclass(frozen=True)
class DemandType:
    """A demand type: how it is recognised and who leads it. `words` are keyword -> weight."""

    code: str
    label: Text
    category: Category
    lead: str
    joining: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    words: Mapping[str, float] = field(default_factory=dict)
    ours: bool = False


@dataclass(frozen=True)
class Urgency:
    """A level of declared urgency, most urgent first in the policy."""

    code: str
    label: Text
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class PriorityLevel:
    """A priority level; rank 1 is the highest."""

    rank: int
    code: str
    label: Text


@dataclass(frozen=True)
class PriorityRule:
    """When `when` holds, propose `level`; the first rule that holds decides."""

    id: str
    level: str
    when: Condition
    ours: bool = False


@dataclass(frozen=True)
class Priority:
    """How a level is proposed: the first rule that holds, else the default."""

    levels: tuple[PriorityLevel, ...]
    default: str
    rules: tuple[PriorityRule, ...] = ()


@dataclass(frozen=True)
class Clock:
    """One deadline from the moment of receipt: `add` per priority level, met by one of `met_by`.

    `approaching` is how long before it a warning comes. kind: "first_response", "resolution", ...
    """

    code: str
    kind: str
    label: Text
    add: Mapping[str, str]
    met_by: tuple[str, ...]
    approaching: str | None = None
    ours: bool = False


@dataclass(frozen=True)
class ReceiptPromise:
    """What the receipt promises, by declared urgency; `default` when none is declared, None: nothing."""

    by_urgency: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None


@dataclass(frozen=True)
class Required:
    """A field that must be there when `when` holds."""

    name: str
    when: Condition = field(default_factory=Condition)


@dataclass(frozen=True)
class Quality:
    """What makes a record complete and clear.

    A text is vague when it says one of `vague` and fewer than `enough_left` letters are left without it, or when
    it has fewer than `shortest` letters at all.
    """

    required: tuple[Required, ...]
    vague: tuple[str, ...]
    shortest: int = 4
    enough_left: int = 8


@dataclass(frozen=True)
class Numbering:
    """`pattern` and `scope` use {yyyy} {mm} {dd} {department} {customer}; pattern also {seq} (min. `width` digits)."""

    pattern: str
    scope: str
    width: int = 3
    ours: bool = False


@dataclass(frozen=True)
class Status:
    """The policy's word for a canonical status; the first of its category is the usual one."""

    code: str
    label: Text
    category: StatusCategory


@dataclass(frozen=True)
class Notice:
    """A notice sent when `on` happens; texts use {number} {due} {name}."""

    kind: str
    on: str
    audience: Literal["customer"]
    subject: Text
    body: Text


@dataclass(frozen=True)
class FieldSpec:
    """A field that the policy adds to a demand."""

    code: str
    label: Text
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Policy:
    """One version of one policy. `sha256` is the hex digest of the bytes it was released as.

    `effective_from` is aware UTC; `departments` maps the names the source uses to codes of the one list.
    """

    code: str
    version: str
    effective_from: datetime
    time_zone: str
    title: Text
    types: tuple[DemandType, ...]
    default_type: str
    urgencies: tuple[Urgency, ...]
    priority: Priority
    clocks: tuple[Clock, ...]
    receipt_promise: ReceiptPromise
    quality: Quality
    numbering: Numbering
    customer_numbering: Numbering
    statuses: tuple[Status, ...]
    notices: tuple[Notice, ...]
    fields: tuple[FieldSpec, ...]
    departments: Mapping[str, str]
    values: Mapping[str, Text] = field(default_factory=dict)
    moods: Mapping[str, Text] = field(default_factory=dict)
    sha256: str = ""

    def type(self, code: str) -> DemandType:
        """The demand type with this code; LookupError when the policy has none."""
        for one in self.types:
            if one.code == code:
                return one
        raise LookupError(f"{self.code} has no type {code!r}")

    def level(self, code: str) -> PriorityLevel:
        """The priority level with this code; LookupError."""
        for one in self.priority.levels:
            if one.code == code:
                return one
        raise LookupError(f"{self.code} has no priority {code!r}")

    def status(self, category: str) -> Status:
        """The policy's usual word for a canonical status; LookupError."""
        for one in self.statuses:
            if one.category == category:
                return one
        raise LookupError(f"{self.code} has no status for {category}")

    def notice(self, kind: str) -> Notice | None:
        """The notice of this kind, or None: the policy sends none."""
        return next((one for one in self.notices if one.kind == kind), None)
