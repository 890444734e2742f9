"""The examples of docs/calendars.md are true."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from shared.calendars.loader import load
from shared.calendars.model import Calendar
from shared.calendars.working_time import due
from tests.architecture.sources import ROOT
from tests.shared.calendars.kit import CN

TEXT = (ROOT / "docs" / "calendars.md").read_text("utf-8")


def _calendars() -> dict[str, Calendar]:
    blocks = re.findall(r"<!-- calendar: (\w+) -->\n```yaml\n(.*?)```", TEXT, re.DOTALL)
    return {"cn-office": CN} | {name: load(block.encode()) for name, block in blocks}


def _examples() -> Iterator[tuple[str, ...]]:
    reading = False
    for line in TEXT.splitlines():
        cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
        if line.startswith("| calendar | from |"):
            reading = True
        elif not line.startswith("|"):
            reading = False
        elif reading and not line.startswith("|---"):
            yield cells[:5]


def _moment(calendar: Calendar, text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(calendar.time_zone))


@pytest.mark.parametrize("example", _examples(), ids="_".join)
def test_an_example_is_true(example: tuple[str, ...]) -> None:
    name, start, spec, pause, expected = example
    calendar = _calendars()[name]
    pauses = []
    if pause:
        begin, end = pause.split("/")
        pauses.append((_moment(calendar, begin), _moment(calendar, end)))
    answer = due(calendar, _moment(calendar, start), spec, pauses)
    assert answer.due_at == _moment(calendar, expected).astimezone(UTC)


def test_every_calendar_of_the_page_is_used() -> None:
    assert {name for name, *_ in _examples()} == set(_calendars())
    assert len(list(_examples())) > 30
