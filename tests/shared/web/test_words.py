"""The words of all pages: the same names in both languages, and a word for every name that a page uses."""

import re
from pathlib import Path

import pytest

from shared.web.words import LANGUAGES, Words
from tests.architecture.sources import ROOT

SHARED = ROOT / "shared" / "web"
ROOMS = sorted(path.parent for path in (ROOT / "services").glob("*/web/locale"))
_NAME = re.compile(r"""\bt\(\s*["']([a-z0-9_.-]+)["']\s*[,)~]""")
_BEGINNING = re.compile(r"""\bt\(\s*["']([a-z0-9_.-]+\.)["']\s*~""")
_PLACE = re.compile(r"\{(\w+)\}")


@pytest.fixture(params=ROOMS, ids=lambda room: room.parent.name)
def room(request: pytest.FixtureRequest) -> Path:
    """The folder `web` of each service that has pages."""
    return Path(request.param)


def _templates(room: Path) -> str:
    return "\n".join(path.read_text("utf-8") for where in (room, SHARED) for path in where.glob("templates/*.*"))


def test_services_have_pages() -> None:
    assert {room.parent.name for room in ROOMS} >= {"intake", "triage"}


def test_both_languages_have_the_same_names_and_places(room: Path) -> None:
    words = Words(SHARED / "locale", room / "locale")
    assert words.names("zh") == words.names("en")
    for name in words.names("zh"):
        zh, en = (words.say(language, name) for language in LANGUAGES)
        assert set(_PLACE.findall(zh)) == set(_PLACE.findall(en)), name
        assert zh.strip() and en.strip(), name


def test_every_name_that_a_page_uses_has_a_word(room: Path) -> None:
    names = Words(SHARED / "locale", room / "locale").names("zh")
    text = _templates(room)
    used = set(_NAME.findall(text))
    assert used and not sorted(one for one in used if not one.endswith(".") and one not in names)
    for beginning in set(_BEGINNING.findall(text)):
        assert any(one.startswith(beginning) for one in names), beginning


def test_every_word_is_used(room: Path) -> None:
    text = _templates(room)
    texts = text + "\n".join(path.read_text("utf-8") for path in room.glob("*.py"))
    beginnings = tuple(set(_BEGINNING.findall(text)))
    own = Words(room / "locale").names("zh")
    assert not sorted(one for one in own if f'"{one}"' not in texts and not one.startswith(beginnings))


def test_no_page_says_anything_in_a_language_of_its_own(room: Path) -> None:
    assert not re.search(r"[\u4e00-\u9fff]", _templates(room))
