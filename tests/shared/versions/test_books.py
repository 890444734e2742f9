"""Policies and calendars as a process reads them: from its database, without a query for every demand."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from shared.db import Database
from shared.policies import loader
from shared.testing.counting import counted
from shared.versions import books
from shared.versions.books import CalendarBook, PolicyBook
from tests.documents import SOON, calendar_document, policy_document
from tests.shared.versions.conftest import Keep

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_the_book_says_what_the_released_files_say(database: Database) -> None:
    book, released = PolicyBook(database), loader.installed()
    assert book.all() == released.all()
    assert book.pinned("C", "1") == released.pinned("C", "1")
    assert book.effective("C", NOW) == released.effective("C", NOW)
    for ask in (lambda: book.pinned("C", "9"), lambda: book.effective("Z", NOW)):
        with pytest.raises(LookupError):
            ask()


def test_a_pinned_version_is_found_as_soon_as_it_is_there(database: Database, keep_policy: Keep) -> None:
    book = PolicyBook(database)
    with pytest.raises(LookupError):
        book.pinned("C", "2")
    keep_policy(policy_document("2"))
    assert book.pinned("C", "2").effective_from == SOON


def test_what_was_read_is_not_read_again(database: Database) -> None:
    book, calendars = PolicyBook(database), CalendarBook(database)
    first = book.effective("C", NOW), calendars.effective("cn-office")
    with counted() as cost:
        again = book.effective("C", NOW), calendars.effective("cn-office")
        book.pinned("C", "1")
    assert cost.statements == 0
    assert all(one is other for one, other in zip(first, again, strict=True)), "parsed once"


def test_a_later_version_counts_from_its_moment(database: Database, keep_policy: Keep) -> None:
    book = PolicyBook(database)
    keep_policy(policy_document("2", SOON))
    assert book.effective("C", SOON - timedelta(seconds=1)).version == "1"
    assert book.effective("C", SOON).version == "2"


def test_a_new_version_is_seen_within_twenty_seconds(
    database: Database, keep_policy: Keep, keep_calendar: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = 1000.0
    monkeypatch.setattr(books, "monotonic", lambda: seconds)
    book, calendars = PolicyBook(database), CalendarBook(database)
    before = book.effective("C", SOON), calendars.effective("cn-office")
    keep_policy(policy_document("2"))
    keep_calendar(calendar_document("2"))
    seconds += 19
    assert (book.effective("C", SOON), calendars.effective("cn-office")) == before
    seconds += 1
    assert (book.effective("C", SOON).version, calendars.effective("cn-office").version) == ("2", "2")


def test_a_book_can_be_told_to_look(database: Database, keep_policy: Keep, keep_calendar: Keep) -> None:
    book, calendars = PolicyBook(database), CalendarBook(database)
    assert len(book.all()) + len(calendars.all()) >= 2
    keep_policy(policy_document("2"))
    keep_calendar(calendar_document("2"))
    book.refresh()
    calendars.refresh()
    assert book.effective("C", SOON).version == "2"
    assert [one.version for one in calendars.all() if one.code == "cn-office"] == ["1", "2"]


def test_calendars_count_their_versions_as_numbers(database: Database, keep_calendar: Keep) -> None:
    for version in ("9", "10"):
        keep_calendar(calendar_document(version, code="plant"))
    book = CalendarBook(database)
    assert book.effective("plant").version == "10"
    assert book.pinned("plant", "9").version == "9"
    with pytest.raises(LookupError):
        book.effective("nowhere")


def test_many_threads_read_one_book(database: Database, keep_policy: Keep) -> None:
    versions = [str(number) for number in range(2, 8)]
    for version in versions:
        keep_policy(policy_document(version))
    book, start, found = PolicyBook(database), threading.Barrier(8), list[list[str]]()

    def read() -> None:
        start.wait()
        found.append([book.pinned("C", version).version for version in versions] + [book.effective("C", SOON).version])

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [[*versions, "7"]] * 8
