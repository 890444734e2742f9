"""The files that were chosen on a page: read, labelled, checked, and told apart from those of another sending."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import g, request

from services.intake.domain import attachments as files
from services.intake.domain.attachments import Attachment
from services.intake.domain.file_kinds import EXTENSIONS
from services.intake.domain.web_form import ATTACHMENTS
from shared.http.uploads import uploads
from shared.policies.parts import Text
from shared.refused import wrong
from shared.text import clean_text
from shared.web.language import language

ACCEPT = ",".join(f".{one}" for one in EXTENSIONS)
"""What a browser offers to choose from."""
_OTHER = "other"
KINDS: Mapping[str, Text] = {
    "screenshot": Text("截图", "Screenshot"),
    "contract": Text("合同", "Contract"),
    "correspondence": Text("往来记录", "Earlier correspondence"),
    _OTHER: Text("其他文件", "Other files"),
}
"""The rows of a page's files in order (policy A's kinds): each takes several, and its name is their label."""
LABEL = f"{ATTACHMENTS}.label"
"""What the other files are, in the sender's own words; the field has this name."""


@dataclass(frozen=True)
class FileRows:
    """What a page shows of its files. errors: name of a row, or LABEL -> code; again: kinds to choose anew."""

    kinds: Mapping[str, Text]
    errors: Mapping[str, str]
    again: Collection[str]
    accept: str = ACCEPT
    most_label: int = files.MOST_LABEL


def chosen() -> tuple[Attachment, ...]:
    """In the order of the rows, checked once per request; Refused as domain.attachments.file, 422 length for the words
    beside other files and attachment-missing for words without a file."""
    if "chosen" not in g:
        found = [(kind, index, one) for kind in KINDS for index, one in enumerate(uploads(_name(kind)))]
        files.check_count(len(found))
        labels = _labels({kind for kind, _, _ in found})
        g.chosen = tuple(
            files.file(
                one.name, one.read, size=one.size, label=labels[kind], place=f"/{ATTACHMENTS}/{kind}/{index}"
            )
            for kind, index, one in found
        )  # fmt: skip
    came: tuple[Attachment, ...] = g.chosen
    return came


def file_rows(errors: Mapping[str, str]) -> FileRows:
    """The rows as the page comes again; a browser gives no file back to it, so that each is chosen anew.

    errors: of the whole page, by name; empty: nothing was wrong.
    """
    again = [kind for kind in KINDS if errors and uploads(_name(kind))]
    return FileRows(KINDS, {name: code for name, code in errors.items() if name in _NAMES}, again)


def others(errors: Mapping[str, str], names: Collection[str]) -> list[str]:
    """The codes of what is wrong beside no question of these names and no row."""
    return [code for name, code in errors.items() if name not in names and name not in _NAMES]


def _labels(given: Collection[str]) -> dict[str, str | None]:
    own = clean_text(request.form.get(LABEL, ""))
    if len(own) > files.MOST_LABEL:
        raise wrong(_pointer(LABEL), "length", f"At most {files.MOST_LABEL} characters")
    if own and _OTHER not in given:
        raise wrong(_pointer(_name(_OTHER)), "attachment-missing", "Words for other files, and no file")
    return {kind: label.in_language(language()) for kind, label in KINDS.items()} | {_OTHER: own or None}


def _name(kind: str) -> str:
    return f"{ATTACHMENTS}.{kind}"


def _pointer(name: str) -> str:
    return "/" + name.replace(".", "/")


_NAMES = frozenset({ATTACHMENTS, LABEL, *(_name(kind) for kind in KINDS)})
