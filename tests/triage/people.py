"""People of the tests who work here."""

from typing import Any

from werkzeug.test import TestResponse

from services.triage.tables import Staff
from services.triage.usecases.keep_staff import WantedStaff, roles_of, set_staff
from shared.clock import business_now
from shared.policies.loader import installed
from tests.triage.conftest import Triage


def hire(triage: Triage, login: str, *roles: str, **more: Any) -> str:
    """Somebody with a mail address; returns the id."""
    wanted = WantedStaff(login, f"赵{login}", roles or ("staff",), **{"email": f"{login}@example.org", **more})
    with triage.database.write() as session:
        set_staff(session, wanted, now=business_now(), known_roles=roles_of(installed()))
    return id_of(triage, login)


def id_of(triage: Triage, login: str) -> str:
    return next(str(row.id) for row in triage.rows(Staff) if row.login == login)


def token_of(triage: Triage, login: str) -> str:
    """The token of somebody who was hired."""
    row = next(one for one in triage.rows(Staff) if one.login == login)
    return triage.token(*row.roles, sub=row.id, department=row.department)


def away(triage: Triage, login: str, deputy: str | None = None, *, until: str = "2024-10-11T09:00:00+08:00") -> None:
    """From now on somebody is away, as a manager says."""
    answer = put_absence(triage, login, until=until, deputy=deputy)
    assert answer.status_code == 200, answer.json


def put_absence(triage: Triage, login: str, *, by: str | None = None, **body: Any) -> TestResponse:
    """The answer to an absence, said by a manager or somebody who was hired."""
    token = triage.token("manager") if by is None else token_of(triage, by)
    return triage.call("PUT", f"/staff/{login}/absence", token, json=body)
