"""Parts of a policy that say what a demand is: types, urgency, priority, quality, numbers, statuses, fields.

Pure data. Field names are the keys of the document; a field without default is a required key. Codes are short
strings, `Text` is `{zh, en}`. `ours: true` marks what the source does not say and we decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Category = Literal[
    "inquiry", "complaint", "suggestion", "change", "request", "service", "cooperation", "feedback", "other"
]
StatusCategory = Literal["pending", "in_progress", "waiting", "completed", "closed"]
ChannelKind = Literal[
    "phone", "email", "chat", "visit", "web", "im", "app", "partner", "outreach", "paper", "form", "event"
]
FieldKind = Literal["text", "long_text", "number", "date", "choice", "choices", "yes_no", "phone"]

ACTIONS = frozenset(
    """
    accept decline classify confirm-priority assign transfer request-supplement supplement evaluate plan tasks
    task-progress progress block unblock delay change-request decide-change told hand-over complete confirm dispute
    close no-answer withdraw reject merge unmerge link split follow-up correct
    """.split()
)
"""What may be done to a demand; supplement, confirm, dispute and withdraw are the customer's, no-answer is time's."""

REPORTED = frozenset(
    """
    description subject type urgency expected_by occurred_at order_number product mood wishes budget related_number
    feedback.kind feedback.text feedback.stars customer.number customer.name customer.company customer.contact
    customer.phone customer.email customer.industry customer.kind customer.value customer.preferred_channel
    """.split()
)
"""What every demand may be reported with; what a policy adds is named `fields.<code>`."""


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
    """True when every given key holds (a list: any of its members); an empty condition is always true.

    `wishes`: words of what the customer wishes; `tiers`: the tier that this demand gives the customer; `fields` maps
    codes of the policy's fields to the answers that count; `given` names what came with a value; `joint`: several
    departments work on it; `known_customer`: the customer was known before.
    """

    words: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    urgencies: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    customer_kinds: tuple[str, ...] = ()
    customer_values: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    channel_kinds: tuple[str, ...] = ()
    feedback_kinds: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    amount_at_least: float | None = None
    customers_at_least: int | None = None
    safety: bool | None = None
    brand: bool | None = None
    joint: bool | None = None
    known_customer: bool | None = None


@dataclass(frozen=True)
class Channel:
    """A way demands come in under this policy; `kind` is the installation's word for it."""

    code: str
    label: Text
    kind: ChannelKind
    aliases: tuple[str, ...] = ()
    note: Text | None = None
    ours: bool = False


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
class Route:
    """When `when` holds, these departments instead of the type's own; the first that holds decides."""

    id: str
    lead: str
    when: Condition
    joining: tuple[str, ...] = ()
    ours: bool = False


@dataclass(frozen=True)
class Urgency:
    """A level of declared urgency, most urgent first in the policy; `means` is what it obliges to."""

    code: str
    label: Text
    aliases: tuple[str, ...] = ()
    means: Text | None = None
    ours: bool = False


@dataclass(frozen=True)
class PriorityLevel:
    """A priority level; rank 1 is the highest."""

    rank: int
    code: str
    label: Text
    ours: bool = False


@dataclass(frozen=True)
class PriorityRule:
    """When `when` holds, propose `level`; the first rule that holds decides."""

    id: str
    level: str
    when: Condition
    ours: bool = False


@dataclass(frozen=True)
class Step:
    """`points` for so many customers or more."""

    at_least: int
    points: int


@dataclass(frozen=True)
class Threshold:
    """`level` for so many points or more."""

    at_least: int
    level: str


@dataclass(frozen=True)
class Score:
    """Points of urgency, customer value and impact (customers concerned), added up; the first threshold reached."""

    urgency: Mapping[str, int]
    customer_value: Mapping[str, int]
    impact: tuple[Step, ...]
    levels: tuple[Threshold, ...]
    ours: bool = False


@dataclass(frozen=True)
class Priority:
    """How a level is proposed: the first rule that holds, else by_urgency or score, else the default.

    `confirm_by`: roles of whom one confirms it; `names_handler`: in the same step, the handler is named.
    """

    levels: tuple[PriorityLevel, ...]
    default: str
    rules: tuple[PriorityRule, ...] = ()
    by_urgency: Mapping[str, str] = field(default_factory=dict)
    score: Score | None = None
    confirm_by: tuple[str, ...] = ()
    names_handler: bool = False
    ours: bool = False


@dataclass(frozen=True)
class Required:
    """A field that must be there when `when` holds and none of `unless_any` does; `ask` asks for it."""

    name: str
    ask: Text
    when: Condition = field(default_factory=Condition)
    unless_any: tuple[Condition, ...] = ()
    ours: bool = False


@dataclass(frozen=True)
class Question:
    """An open question worth asking when `when` holds; no answer is required."""

    code: str
    ask: Text
    when: Condition = field(default_factory=Condition)


@dataclass(frozen=True)
class Example:
    """A vague text, and a clear one in its place."""

    vague: str
    clear: str


@dataclass(frozen=True)
class Quality:
    """What makes a record complete and clear.

    `filler` counts for nothing. A text is vague when it says one of `vague` and fewer than `enough_left` letters
    are left without it, or when it has fewer than `shortest` letters at all. `phone_digits`: how many digits a
    phone number has; None: any number that can be called.
    """

    required: tuple[Required, ...]
    vague: tuple[str, ...]
    filler: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    questions: tuple[Question, ...] = ()
    shortest: int = 4
    enough_left: int = 4
    phone_digits: int | None = None


@dataclass(frozen=True)
class Numbering:
    """`pattern` and `scope` use {yyyy} {mm} {dd} {department} {customer}; pattern also {seq} (min. `width` digits)."""

    pattern: str
    scope: str
    width: int = 3
    ours: bool = False


@dataclass(frozen=True)
class Status:
    """The policy's word for a canonical status, and the part of its state machine that begins here.

    `actions` maps what may be done in this status to the code of the status that follows; what is not named may not
    be done. The first status of a policy is where every demand begins.
    """

    code: str
    label: Text
    category: StatusCategory
    actions: Mapping[str, str] = field(default_factory=dict)
    ours: bool = False


@dataclass(frozen=True)
class Choice:
    """One answer that may be chosen."""

    code: str
    label: Text
    aliases: tuple[str, ...] = ()
    ours: bool = False


@dataclass(frozen=True)
class FieldSpec:
    """A field that the policy adds to a demand.

    `area` is the part of the form it stands in; `extra`: added to the source's form; `sensitive`: shown to
    authorised people only; `internal`: filled in by staff, never by a customer or channel.
    """

    code: str
    label: Text
    kind: FieldKind = "text"
    choices: tuple[Choice, ...] = ()
    aliases: tuple[str, ...] = ()
    area: str | None = None
    extra: bool = False
    sensitive: bool = False
    internal: bool = False
    ours: bool = False
