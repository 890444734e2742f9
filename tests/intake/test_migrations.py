"""What was stored before a migration is whole after it."""

from alembic import command
from sqlalchemy import text

from services.intake.store import numbers
from shared import migrate
from shared.db import Database

AT = "2024-10-08 06:30:00+00:00"
DETAILS = {1: '{"order_number": "SO-1"}', 3: '{"order_number": "SO [电话1]"}'}


def _at_first(url: str) -> Database:
    database = Database(url)
    with database.engine.connect() as connection:
        config = migrate._config("intake")
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    return database


def test_numbers_given_out_before_are_no_gaps(database_url: str) -> None:
    database = _at_first(database_url)
    with database.write() as session:
        session.execute(
            text(
                "INSERT INTO channels VALUES ('ch', 'shop', 'web', 'C', '[]', 'CSR', 'h', :at, NULL)"
            ),
            {"at": AT},
        )  # fmt: skip
        session.execute(
            text(
                "INSERT INTO customers VALUES ('cu', 'YQ20241008001', 1, '王*', 'person', NULL, NULL, NULL, NULL, :at)"
            ),
            {"at": AT},
        )
        for number in (1, 3):
            session.execute(
                text(
                    "INSERT INTO demands VALUES (:id, :number, 1, 'ch', 'cu', 'C', '1', 'x', :at, NULL, 'd',"
                    " :details, '{}', :original, 'in_progress', 'SUP')"
                ),
                {
                    "id": str(number),
                    "number": f"M20241008{number:03}",
                    "at": AT,
                    "original": b"x",
                    "details": DETAILS[number],
                },
            )
        for scope, last in (("demand/C/20241008", 3), ("customer/20241008", 1)):
            session.execute(text("INSERT INTO counters VALUES (:scope, :last)"), {"scope": scope, "last": last})
    migrate.upgrade("intake", database_url)
    with database.read() as session:
        assert numbers.gaps(session) == {"demand/C/20241008": [[2, 2]]}
        kept = session.execute(text("SELECT status_code, cycle, withdrawn_at FROM demands ORDER BY id")).all()
        assert [tuple(row) for row in kept] == [("in_progress", 1, None)] * 2
        orders = session.execute(text("SELECT order_number FROM demands ORDER BY id")).scalars().all()
        assert orders == ["SO-1", None], "a number in which something was taken out finds nobody"
    database.dispose()
