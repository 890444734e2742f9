"""GET, PUT /api/v1/staff; .../{staff_id}/name; .../{person}/absence: who works here, who is away, who stands in."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from services.triage import house_events as events
from services.triage.domain.absence import Absence
from services.triage.domain.records import StaffRow
from services.triage.schemas.staff import (
    AbsenceAnswerSchema,
    AbsenceSchema,
    StaffAnswerSchema,
    StaffListQuerySchema,
    StaffListSchema,
    StaffNameSchema,
    StaffSchema,
)
from services.triage.store import cases, staff
from services.triage.usecases.keep_staff import (
    WantedStaff,
    change_staff,
    roles_of,
    set_absence,
    set_staff,
)
from services.triage.usecases.services import Services
from shared.clock import business_now
from shared.http.blueprint import Blueprint
from shared.http.idempotency import StoredAnswer, respond
from shared.http.pagination import link_next, requested_page
from shared.http.principal import current_principal
from shared.http.problems import Problem
from shared.logging import get_logger

log = get_logger()


def blueprint(services: Services) -> Blueprint:
    """The staff API over one set of services."""
    blp = Blueprint("staff", __name__, url_prefix="/api/v1/staff", description="People who work here")
    _names(blp, services)

    @blp.route("", methods=["GET"])
    @blp.arguments(StaffListQuerySchema, location="query")
    @blp.response(200, StaffListSchema)
    def list_staff(query: dict[str, str]) -> Response:
        """Everybody by log-in name, who left too."""
        page = requested_page(str)
        after = None if page.after is None else page.after[0]
        with services.database.read() as session:
            rows = staff.page(session, department=query.get("department"), after=after, limit=page.limit + 1)
        items = [_shown(row) for row in rows[: page.limit]]
        last = [rows[page.limit - 1].login] if len(rows) > page.limit else None
        return link_next(respond(StoredAnswer(200, {"items": items})), last)

    @blp.route("/<string:login>", methods=["PUT"])
    @blp.arguments(StaffSchema)
    @blp.response(200, StaffAnswerSchema)
    @blp.alt_response(201, schema=StaffAnswerSchema, description="Somebody new, with a password that is shown once.")
    def put_staff(body: dict[str, Any], login: str) -> Response:
        """Add or change somebody. A password is given to somebody new, or when it is asked for."""
        fresh, wanted = body.pop("new_password"), WantedStaff(login, **body)
        known, now = roles_of(services.books.policies), business_now()
        with services.database.write() as session:
            there = staff.lock(session, login) is not None
            password = None
            if fresh or not there:
                password = set_staff(session, wanted, now=now, known_roles=known)
            else:
                change_staff(session, wanted, now=now, known_roles=known)
            row = staff.lock(session, login)
        assert row is not None
        log.info("staff_changed", staff_id=row.id, actor=current_principal().scope)
        return respond(StoredAnswer(200 if there else 201, {**_shown(row), "password": password}))

    @blp.route("/<string:person>/absence", methods=["PUT"])
    @blp.arguments(AbsenceSchema)
    @blp.response(200, AbsenceAnswerSchema)
    def put_absence(wanted: Absence, person: str) -> Response:
        """Say when somebody (id or log-in name) is away and who stands in; the answer counts what is to be handed over.

        Notices and assignments go to the deputy meanwhile. One's own, one's department's people, anybody for managers.
        """
        return _set(services, person, wanted)

    @blp.route("/<string:person>/absence", methods=["DELETE"])
    @blp.response(200, AbsenceAnswerSchema)
    def delete_absence(person: str) -> Response:
        """The person is here; also when nothing else was said."""
        return _set(services, person, None)

    return blp


def _names(blp: Blueprint, services: Services) -> None:
    @blp.route("/<string:staff_id>/name", methods=["GET"])
    @blp.response(200, StaffNameSchema)
    def read_staff_name(staff_id: str) -> Response:
        """What somebody is called in full, who left too: for a form or an archive that is made now, on the record."""
        with services.database.read() as session:
            found = staff.name_of(session, staff_id)
        if found is None:
            raise Problem(404, "not-found", "There is nothing here")
        log.info("staff_name_opened", staff_id=staff_id, actor=current_principal().scope)
        return respond(StoredAnswer(200, found))


def _set(services: Services, person: str, wanted: Absence | None) -> Response:
    with services.database.write() as session:
        _may_speak_for(session, person)
        row = set_absence(session, person, wanted, now=business_now())
        waiting = cases.count_open_of(session, row.id)
    log.info("absence_set", staff_id=row.id, actor=current_principal().scope)
    return respond(StoredAnswer(200, {"staff_id": row.id, "absence": events.away_of(row), "open_demands": waiting}))


def _may_speak_for(session: Session, person: str) -> None:
    """Problem 403 unless it is the caller, somebody of a department that the caller leads, or the caller a manager."""
    caller = current_principal()
    known = staff.lock_either(session, person)
    if known is None or known.id == caller.id or "manager" in caller.roles:
        return
    if "lead" in caller.roles and caller.department in (None, known.department):
        return
    raise Problem(403, "absence-of-another", "One's own absence, or that of people whom one leads")


def _shown(row: StaffRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "login": row.login,
        "name": row.name,
        "roles": list(row.roles),
        "policy_roles": list(row.policy_roles),
        "department": row.department,
        "email": row.email,
        "disabled": row.disabled_at is not None,
        "absence": events.away_of(row),
    }
