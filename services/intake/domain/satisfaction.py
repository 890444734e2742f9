"""A customer's answer to a result, in the scale and with the signature its policy asks for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.intake.domain.answers import code_of
from shared.policies.duties import Feedback, Satisfaction
from shared.refused import Refused


@dataclass(frozen=True)
class Signature:
    """Who signed and how: `electronic`, or a `scan` that lies at `reference`."""

    name: str
    method: str
    reference: str | None = None


@dataclass(frozen=True)
class Answer:
    """What the customer says of the result of one cycle. cycle None: the present one.

    result_sha256: of the very words that the customer has read, as triage told it.
    """

    satisfaction: str | None = None
    stars: int | None = None
    opinion: str | None = None
    signature: Signature | None = None
    cycle: int | None = None
    result_sha256: str | None = None


@dataclass(frozen=True)
class Confirmation:
    """An answer as it is stored: opinion redacted, the words sealed; late: a dispute after the closing."""

    id: str
    demand_id: str
    cycle: int
    satisfaction: str
    satisfied: bool
    opinion: str | None
    signed: str | None
    original: bytes
    at: datetime
    by: str
    result_sha256: str | None = None
    late: bool = False

    def shown(self) -> dict[str, Any]:
        """As the caller is told."""
        names = ("cycle", "satisfaction", "satisfied", "result_sha256")
        return {name: getattr(self, name) for name in names}


def level(rules: Feedback, answer: Answer) -> Satisfaction:
    """The level of the policy's scale that an answer names by code, label or alias, or by stars where it counts those.

    Refused 422: no answer, a word of another scale, stars and a word that differ.
    """
    if answer.stars is not None and rules.scale != "stars":
        raise _refused("/stars", "other-scale", "This policy asks for another scale")
    words = [word for word in (answer.satisfaction, _text(answer.stars)) if word is not None]
    if not words:
        raise _refused("/stars" if rules.scale == "stars" else "/satisfaction", "required", "The answer is missing")
    found = [_named(rules, word) for word in words]
    if None in found:
        raise _refused("/satisfaction", "unknown-code", "The policy's scale does not know this")
    if found[0] != found[-1]:
        raise _refused("/stars", "contradiction", "Stars and satisfaction differ")
    assert found[0] is not None
    return found[0]


def check_signature(rules: Feedback, wanted: Satisfaction, answer: Answer) -> None:
    """Refused 422 when a signature is missing that the policy asks for, or comes where none may be.

    Policy A: a satisfied customer signs. Policy B: the satisfaction form is signed.
    """
    needed = rules.signature == "always" or (rules.signature == "if_satisfied" and wanted.satisfied)
    if needed and answer.signature is None:
        raise _refused("/signature", "signature-missing", "The policy asks for a signature")
    if answer.signature is not None and rules.signature == "if_satisfied" and not wanted.satisfied:
        raise _refused("/signature", "signature-unexpected", "Only a satisfied customer signs")


def _named(rules: Feedback, word: str) -> Satisfaction | None:
    code = code_of(rules.levels, word)
    return next((one for one in rules.levels if one.code == code), None)


def _text(stars: int | None) -> str | None:
    return None if stars is None else str(stars)


def _refused(pointer: str, code: str, message: str) -> Refused:
    return Refused(code, message, 422, [{"pointer": pointer, "code": code, "message": message}])
