"""What a customer answers by phone or on paper, as somebody at the desk notes it: result, change, taking back."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from services.intake.domain.records import DemandRow
from services.intake.schemas.answers import ChangeAnswerSchema, ConfirmationSchema, WithdrawalSchema
from services.intake.usecases.answer_change import answer_change
from services.intake.usecases.confirm_demand import confirm
from services.intake.usecases.redirect import meant
from services.intake.usecases.services import Services
from services.intake.usecases.withdraw_demand import withdraw
from shared.clock import business_now
from shared.http.principal import current_principal

Typed = Mapping[str, list[str]]


def answer(services: Services, session: Session, demand: DemandRow, typed: Typed) -> None:
    """Whether the result satisfies. A signature is on paper here: who signed, and where the scan lies."""
    name, reference = _one(typed, "name"), _one(typed, "reference")
    signed = {"name": name, "method": "scan"} | ({"reference": reference} if reference else {})
    body: dict[str, Any] = {
        "satisfaction": _one(typed, "satisfaction"),
        "opinion": _one(typed, "opinion"),
        "result_sha256": _one(typed, "result_sha256"),
        "signature": signed if name else None,
    }
    confirm(
        session, meant(session, demand), ConfirmationSchema().load(body), by=current_principal().scope,
        speaker=demand.customer_id, installed=services.rules, vault=services.vault, now=business_now(),
    )  # fmt: skip


def change(services: Services, session: Session, demand: DemandRow, typed: Typed) -> None:
    """Yes or no to another plan."""
    agrees = {"yes": True, "no": False}.get(_one(typed, "agrees") or "")
    body = ({} if agrees is None else {"agrees": agrees}) | {name: _one(typed, name) for name in ("opinion", "name")}
    answer_change(
        session, demand, _one(typed, "change") or "", ChangeAnswerSchema().load(body), by=current_principal().scope,
        vault=services.vault, now=business_now(),
    )  # fmt: skip


def take_back(services: Services, session: Session, demand: DemandRow, typed: Typed) -> None:
    """The customer takes the demand back."""
    reason = WithdrawalSchema().load({"reason": _one(typed, "reason")})["reason"]
    withdraw(session, demand, reason, installed=services.rules, vault=services.vault, now=business_now())


def _one(typed: Typed, name: str) -> str | None:
    return next((text.strip() for text in typed.get(name, ()) if text.strip()), None)
