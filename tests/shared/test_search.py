"""A text is found by its words, on both databases; what a user types is never read as a query language."""

from collections.abc import Callable, Iterator

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect

from shared import search
from shared.db import Database

HAN = st.text(st.sampled_from("订单物流更新送达重启发票抬头客服没有三天々カタがな한국𠮷𪚥"), min_size=2, max_size=30)
TEXT = st.text(max_size=60)
SYNTAX = [
    '"', '""', "'", "''", "\\", "*", "a*", "OR", "a OR b", "AND", "NOT a", "NEAR(a b)", "NEAR(", "tokens:a", "id:a",
    "^a", "a & b", "a | b", "!a", "!", "a:*", ":", "<->", "a <-> b", "(", ")", "{tokens}: a", "-", "-a", "--", ";", "%",
    "_", "'; DROP TABLE things_search; --", "\x00", "\ud800", "\ufffd", "😀", "   ", "",
]  # fmt: skip


class Things:
    """A search table of things that exist nowhere else."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        with self.database.write() as session:
            search.create(Operations(MigrationContext.configure(session.connection())), "things")

    def put(self, id: str, text: str) -> None:
        """Let a thing be found by a text."""
        with self.database.write() as session:
            search.index(session, "things", id, text)

    def find(self, q: str) -> list[str]:
        """Ids of what is found, in order."""
        with self.database.read() as session:
            return sorted(session.execute(search.matching(session, "things", q)).scalars())


@pytest.fixture
def things(new_database_url: Callable[[], str]) -> Iterator[Things]:
    """On SQLite and on PostgreSQL in turn."""
    made = Things(new_database_url())
    yield made
    made.database.dispose()


def test_tokens() -> None:
    assert search.tokens("订单M2024，Ｒouter-9 下") == "订单 单 m2024 router-9 router 9 下"
    assert search.tokens(" 。!?_-\x00\ud800😀") == ""
    assert len(search.tokens("x" * 1_000_000)) == 80


@pytest.mark.parametrize(
    "q", ["物流更新", "流更", "单", "ROUTER", "rout", "Ｍ2024", "M2024-007", "m2024-0", "007", "ﾙｰﾀ"]
)
def test_a_text_is_found_by(things: Things, q: str) -> None:
    things.put("1", "订单：物流更新 the Router M2024-007 ルータ")
    things.put("2", "别的事情")
    assert things.find(q) == ["1"]


@pytest.mark.parametrize("q", ["物更", "新流", "outer", "M2024-8", "物流 发票", "router other", "物流 OR 发票"])
def test_a_text_is_not_found_by(things: Things, q: str) -> None:
    things.put("1", "订单：物流更新 the Router M2024-007")
    assert things.find(q) == []


def test_a_text_takes_the_place_of_the_one_before(things: Things) -> None:
    things.put("1", "订单 old")
    things.put("2", "订单 old")
    things.put("1", "发票 new")
    assert (things.find("old"), things.find("new"), things.find("发票")) == (["2"], ["1"], ["1"])


def test_what_was_rolled_back_is_not_found(things: Things) -> None:
    with things.database.read() as session:
        search.index(session, "things", "1", "订单")
        assert session.execute(search.matching(session, "things", "订单")).scalars().all() == ["1"]
    assert things.find("订单") == []


def test_the_longest_text_is_found_by_its_beginning_and_its_middle(things: Things) -> None:
    signs = "".join(chr(0x20000 + at % 40_000) for at in range(60_000))
    things.put("1", signs)
    things.put("2", "-".join(chr(0x4E00 + at % 10) + "ab" * 100 for at in range(400)) * 3)
    assert things.find(signs[:20]) == things.find(signs[30_000:30_020]) == ["1"]
    assert things.find("ab" * 100) == ["2"]


@pytest.mark.parametrize("q", SYNTAX)
def test_syntax_is_text(things: Things, q: str) -> None:
    things.put("1", "a b")
    things.put("2", "a b or and not near tokens id drop table things search")
    words = search.tokens(q).split()
    both = bool(words) and set(words) <= {"a", "b"}
    assert things.find(q) == (["1", "2"] if both else ["2"] if words else [])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), around=TEXT)
def test_every_part_of_a_chinese_text_finds_it(things: Things, data: st.DataObject, around: str) -> None:
    text = data.draw(HAN)
    begin = data.draw(st.integers(0, len(text) - 1))
    part = text[begin : data.draw(st.integers(begin + 1, len(text)))]
    things.put("1", f"{around} {text} {around}")
    assert things.find(part) == ["1"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXT, q=TEXT)
def test_any_text_finds_itself_and_nothing_breaks(things: Things, text: str, q: str) -> None:
    things.put("1", text)
    assert things.find(text) == (["1"] if search.tokens(text) else [])
    assert things.find(q) in ([], ["1"])
    assert things.find(f"{text} {text}") == things.find(text)


def test_a_search_table_is_known_by_its_name(things: Things) -> None:
    found = inspect(things.database.engine).get_table_names()
    assert found
    assert all(search.is_search_table(name, "things") for name in found)
    assert not any(search.is_search_table(name, "things") for name in ("things", "thing_search", "things_search_more"))


def test_a_dropped_search_table_leaves_nothing(things: Things) -> None:
    with things.database.write() as session:
        search.drop(Operations(MigrationContext.configure(session.connection())), "things")
    assert inspect(things.database.engine).get_table_names() == []
