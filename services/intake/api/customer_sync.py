"""Customers that come without a demand: from a CRM, or from staff."""

from collections.abc import Callable

from flask import Response
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from services.intake.api.customers import shown
from services.intake.domain.customer_numbers import NumberKey
from services.intake.domain.customer_records import CustomerRecord
from services.intake.domain.records import CustomerRow, Taken
from services.intake.schemas.customer import CustomerAnswerSchema
from services.intake.schemas.customer_records import CrmRecordSchema, ExternalSchema, RecordSchema
from services.intake.store import channels
from services.intake.usecases.allocate_numbers import take_customer_number
from services.intake.usecases.keep_customer import Raced
from services.intake.usecases.services import Services
from services.intake.usecases.sync_customer import NumberNeeded, Writer, create, find, sync
from services.intake.usecases.take_report import channel_of_caller
from shared.clock import business_now
from shared.http.blueprint import Blueprint
from shared.http.conditional import check_if_match, etag
from shared.http.idempotency import StoredAnswer, once, respond
from shared.http.principal import current_principal
from shared.http.problems import Problem, errors_of, unavailable
from shared.logging import get_logger
from shared.refused import wrong

log = get_logger()
_ATTEMPTS = 4
_CRM = "crm"
Work = Callable[[Session, Writer], StoredAnswer]


def blueprint(services: Services) -> Blueprint:
    """The API for customers without a demand over one set of services."""
    blp = Blueprint("customer_sync", __name__, url_prefix="/api/v1", description="Customers from a CRM or from staff")

    @blp.route("/customers/external/<string:system>/<path:external_id>", methods=["PUT"])
    @blp.arguments(CrmRecordSchema)
    @blp.response(200, CustomerAnswerSchema)
    def sync_customer(record: CustomerRecord, system: str, external_id: str) -> Response:
        """What a CRM knows of a customer: 201 for a new one. Repeating it changes nothing."""
        key = _key(system, external_id)

        def work(session: Session, writer: Writer) -> StoredAnswer:
            _check_channel(session)
            before = find(session, key, record.told.contact, services.vault)
            if before is not None:
                check_if_match(before.version, required=False)
            row, created = sync(session, before, key, record, writer)
            return _answer(row, 201 if created else 200)

        answer = _with_number(services, record.policy, work)
        log.info("customer_synced", customer_number=answer.body["number"], actor=current_principal().scope)
        return respond(answer)

    @blp.route("/customers", methods=["POST"])
    @blp.arguments(RecordSchema)
    @blp.response(201, CustomerAnswerSchema)
    def create_customer(record: CustomerRecord) -> Response:
        """A customer that nobody knows yet."""

        def work(session: Session, writer: Writer) -> StoredAnswer:
            return _answer(create(session, record, writer), 201)

        answer = _with_number(services, record.policy, work)
        log.info("customer_created", customer_number=answer.body["number"], actor=current_principal().scope)
        return respond(answer)

    return blp


def _with_number(services: Services, policy: str | None, work: Work) -> StoredAnswer:
    """Do it once; where it needs a number, take one before in a transaction of its own, as accepting a demand does."""
    taken: Taken | None = None
    for _ in range(_ATTEMPTS):
        writer = Writer(current_principal().scope, services.vault, business_now(), taken)

        def tried(session: Session, writer: Writer = writer) -> StoredAnswer:
            return work(session, writer)

        try:
            return once(services.database, tried)
        except NumberNeeded:
            taken = _number(services, policy)
        except Raced:
            continue
    raise unavailable("customer-contended")


def _number(services: Services, policy: str | None) -> Taken:
    """By the policy that is named, else by the channel's; for staff, by the eldest channel's."""
    with services.database.write() as session:
        caller = current_principal()
        channel = channel_of_caller(session) if caller.kind == "channel" else channels.eldest(session)
        code = policy or (channel.policy if channel else "")
        try:
            rules = services.rules.effective(code, business_now())
        except LookupError:
            raise wrong("/policy", "unknown-policy", "There is no such policy") from None
        return take_customer_number(session, rules, channel.department if channel else "", now=business_now())


def _check_channel(session: Session) -> None:
    """A web form's key must not rewrite what the CRM knows: only a channel of its own may."""
    if current_principal().kind == "channel" and channel_of_caller(session).kind != _CRM:
        raise Problem(403, "channel-not-crm", "Only a channel of kind crm may do that")


def _key(system: str, external_id: str) -> NumberKey:
    try:
        key: NumberKey = ExternalSchema().load({"system": system, "external_id": external_id})
    except ValidationError as error:
        raise Problem(422, "validation-failed", "The address does not fit", errors=errors_of(error.messages)) from None
    return key


def _answer(row: CustomerRow, status: int) -> StoredAnswer:
    headers = {"ETag": etag(row.version), "Location": f"/intake/api/v1/customers/{row.number}"}
    return StoredAnswer(status, shown(row), headers, f"customer/{row.id}")
