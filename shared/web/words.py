"""The words of pages, by name: one YAML file per language, Chinese first. Policies bring their own texts."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from shared import strict_yaml

LANGUAGES = ("zh", "en")


class Words:
    """All words of some pages. directories: each holds zh.yaml and en.yaml, names -> text with {placeholders}."""

    def __init__(self, *directories: Path) -> None:
        self._texts = {language: _read(directories, language) for language in LANGUAGES}

    def say(self, language: str, name: str, **values: object) -> str:
        """The text of a name; KeyError for a name that no file has."""
        text = self._texts[language][name]
        return text.format(**values) if values else text

    def names(self, language: str) -> frozenset[str]:
        """Every name a language has."""
        return frozenset(self._texts[language])


@cache
def _read(directories: tuple[Path, ...], language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for directory in directories:
        given: Mapping[str, str] = strict_yaml.load(directory.joinpath(f"{language}.yaml").read_text("utf-8")) or {}
        found |= given
    return found
