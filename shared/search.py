"""Search in Chinese and other texts, the same on SQLite (FTS5) and PostgreSQL (tsvector with GIN), of our own tokens.

Neither database's own parser sees a text: Chinese has no spaces between words, and what such parsers take for a word
depends on version and locale. A service that searches a table `cases` has a table `cases_search` beside it.
"""

import re
import unicodedata
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from sqlalchemy import ColumnElement, Select, TableClause, cast, column, false, func, insert, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from shared.db import upsert

_MAX_CHARACTERS = 50_000  # at most 400 kB of tokens: a tsvector holds 1 MB
_MAX_WORD = 80  # as long as the longest number; longer ones are found by their beginning
_UNSPACED = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003ffff"
_RUN = re.compile(rf"(?P<unspaced>[{_UNSPACED}]+)|[^\W_{_UNSPACED}]+(?:-[^\W_{_UNSPACED}]+)*")
_SHADOWS = ("data", "idx", "content", "docsize", "config")  # what FTS5 makes for itself


def tokens(text: str) -> str:
    """What a text is found by, separated by spaces: words, and overlapping pairs of Chinese, Japanese, Korean signs.

    A word of several parts (`202410-SUP-001`) stands as a whole and by its parts; the last sign of a run stands alone
    too, so that every sign begins a token. Tokens hold letters, digits and inner hyphens only.
    """
    return " ".join(_tokens(text))


def create(op: Any, searched: str) -> None:
    """In a migration: make the search table of a table; op: alembic's operations."""
    name = _name(searched)
    if op.get_bind().dialect.name == "sqlite":
        # the tokenizer `ascii` takes every sign beyond ASCII for a letter, of whatever Unicode version
        options = "detail=none, tokenize=\"ascii tokenchars '-'\""
        op.execute(f"CREATE VIRTUAL TABLE {name} USING fts5(id UNINDEXED, tokens, {options})")
        return
    op.execute(f"CREATE TABLE {name} (id varchar(36) PRIMARY KEY, tokens tsvector NOT NULL)")
    op.execute(f"CREATE INDEX ix_{name}_tokens ON {name} USING gin (tokens)")


def drop(op: Any, searched: str) -> None:
    """In a migration: the reverse of create()."""
    op.execute(f"DROP TABLE {_name(searched)}")


def index(session: Session, searched: str, id: str, text: str) -> None:
    """Let the row be found by this text from the commit on, in place of what it was found by before; one statement."""
    target, words = _table(searched), tokens(text)
    if session.get_bind().dialect.name == "sqlite":
        # FTS5 knows no key but the rowid: ours is made of the id (two of a million rows meet once in 40 million tables)
        rowid = int.from_bytes(blake2b(id.encode(), digest_size=8).digest(), signed=True)
        session.execute(insert(target).prefix_with("OR REPLACE").values(rowid=rowid, id=id, tokens=words))
        return
    vector = func.array_to_tsvector(func.string_to_array(words, " "))
    session.execute(
        upsert(session, target)
        .values(id=id, tokens=vector)
        .on_conflict_do_update(index_elements=["id"], set_={"tokens": vector})
    )


def matching(session: Session, searched: str, q: str) -> Select[tuple[str]]:
    """Ids of the rows that hold all of q, for use in IN: words by their beginning, Chinese as it stands.

    q is anything a user typed; it is never read as FTS5's or PostgreSQL's query language. Nothing to look for in it:
    no ids.
    """
    target = _table(searched)
    found: Select[tuple[str]] = select(target.c.id)
    wanted = dict.fromkeys(_wanted(q))
    if not wanted:
        return found.where(false())
    condition: ColumnElement[bool]
    if session.get_bind().dialect.name == "sqlite":
        terms = (f'"{token}"{"*" if beginning else ""}' for token, beginning in wanted)
        condition = target.c[target.name].op("MATCH")(" ".join(terms))
    else:
        terms = (f"'{token}'{':*' if beginning else ''}" for token, beginning in wanted)
        condition = target.c.tokens.op("@@")(cast(" & ".join(terms), TSQUERY))
    return found.where(condition)


def is_search_table(name: str, searched: str) -> bool:
    """Whether a table is the search table of another, or one of those that FTS5 keeps for that."""
    own = _name(searched)
    return name == own or name in {f"{own}_{shadow}" for shadow in _SHADOWS}


def _tokens(text: str) -> Iterator[str]:
    for run, unspaced in _runs(text):
        if unspaced:
            yield from (run[at : at + 2] for at in range(len(run)))
            continue
        yield run[:_MAX_WORD]
        if "-" in run:
            yield from (part[:_MAX_WORD] for part in run.split("-"))


def _wanted(q: str) -> Iterator[tuple[str, bool]]:
    """Tokens to look for, each with whether its beginning is enough."""
    for run, unspaced in _runs(q):
        if unspaced and len(run) > 1:
            yield from ((run[at : at + 2], False) for at in range(len(run) - 1))
        else:
            yield run[:_MAX_WORD], True


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """Runs of signs that belong together, each with whether it is in a script without spaces."""
    folded = unicodedata.normalize("NFKC", text[:_MAX_CHARACTERS]).casefold()
    normal = unicodedata.normalize("NFKC", folded)[:_MAX_CHARACTERS]
    return ((found[0], found["unspaced"] is not None) for found in _RUN.finditer(normal))


def _name(searched: str) -> str:
    return f"{searched}_search"


def _table(searched: str) -> TableClause:
    """As a statement sees it; in FTS5 the column that bears the table's name stands for the whole row."""
    name = _name(searched)
    return table(name, column("id"), column("tokens"), column("rowid"), column(name))
