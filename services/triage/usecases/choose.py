"""Who is to handle a demand: somebody by name, by load, or whoever stands in."""

from dataclasses import dataclass

from services.triage.domain.absence import is_away, stand_in
from services.triage.domain.told.sort import Assign
from services.triage.store import people, workload
from services.triage.usecases.case_file import CaseFile
from shared.refused import Refused, wrong


@dataclass(frozen=True)
class Chosen:
    """staff_id None: somebody of a department that owns its tools; instead_of: the staff id of who is away."""

    staff_id: str | None
    name: str
    instead_of: str | None = None


def handler(file: CaseFile, said: Assign) -> Chosen:
    """Refused 422 unknown-handler, handler-missing; 409 handler-away, nobody-to-assign."""
    if said.by == "load":
        return _by_load(file)
    if said.handler is not None:
        return _by_name(file, said.handler, said.even_if_away)
    if said.handler_name is not None:
        return Chosen(None, said.handler_name)
    raise wrong("/handler", "handler-missing", "Somebody must be named")


def _by_name(file: CaseFile, login: str, even_if_away: bool) -> Chosen:
    person, known = people.standing_in(file.session, login)
    if person is None:
        raise wrong("/handler", "unknown-handler", "Nobody of that log-in name works here")
    if even_if_away or not is_away(person, file.now):
        return Chosen(person.id, person.name)
    deputy = stand_in(person, known, file.now)
    if deputy is None:
        rule = "This person is away and nobody stands in; `even_if_away` assigns it all the same"
        raise Refused("handler-away", rule, about=file.case.id)
    return Chosen(deputy.id, deputy.name, instead_of=person.id)


def _by_load(file: CaseFile) -> Chosen:
    """Of the lead department's people who are here, the one with the fewest open demands; then who waits longest."""
    found = workload.least_loaded(file.session, file.case.lead, file.now)
    if found is None:
        raise Refused("nobody-to-assign", "Nobody of the department is here to handle it", about=file.case.id)
    return Chosen(*found)
