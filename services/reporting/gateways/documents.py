"""Word documents: forms and reports."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from services.reporting.domain.form_layout import Line, Page
from services.reporting.domain.texts import clean
from shared.clock import business_now

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FONT, _LABEL_WIDTH, _TEXT_WIDTH = "宋体", Cm(4.2), Cm(12.3)


def form(page: Page) -> bytes:
    """A form as a .docx file."""
    document = _blank(page.title, page.subtitle, landscape=page.in_rows)
    for title, rows in page.areas:
        if page.in_rows:
            _as_columns(document, rows)
        else:
            document.add_heading(clean(title), 2)
            _as_lines(document, rows[0])
    for note in page.notes:
        _small(document.add_paragraph(), note)
    return _bytes(document)


def report(content: dict[str, Any]) -> bytes:
    """A report's frozen content (see domain.report_content) as a .docx file."""
    document = _blank(content["title"]["zh"], content["subtitle"], landscape=False)
    for figure in content["figures"]:
        document.add_heading(clean(figure["title"]["zh"]), 2)
        _small(document.add_paragraph(), f"口径：{figure['definition']['zh']}")
        head = [one["zh"] for one in figure["columns"]]
        _table(document, head, ([str(cell) for cell in row["cells"]] for row in figure["rows"]))
    document.add_heading("附：各项数据所含需求编号", 2)
    numbered = (
        [figure["title"]["zh"], str(row["cells"][0]), "、".join(row["numbers"])]
        for figure in content["figures"]
        for row in figure["rows"]
        if row["numbers"]
    )
    _table(document, ["数据", "项目", "需求编号"], numbered)
    return _bytes(document)


def _blank(title: str, subtitle: str, *, landscape: bool) -> WordDocument:
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(10.5)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    section = document.sections[0]
    if landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    about, now = document.core_properties, business_now().replace(tzinfo=None)
    about.author, about.title, about.comments, about.created, about.modified = "Demandflow", clean(title), "", now, now
    document.add_heading(clean(title), 1)
    _small(document.add_paragraph(), subtitle)
    return document


def _as_lines(document: WordDocument, lines: Sequence[Line]) -> None:
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for line in lines:
        label, text = table.add_row().cells
        label.width, text.width = _LABEL_WIDTH, _TEXT_WIDTH
        label.text = clean(f"{line.label}{'*' if line.required else ''}")
        text.text = clean(line.text)
        if line.note:
            _small(label.add_paragraph(), line.note)


def _as_columns(document: WordDocument, rows: Sequence[Sequence[Line]]) -> None:
    _table(document, [line.label for line in rows[0]], [[line.text for line in row] for row in rows])


def _table(document: WordDocument, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = document.add_table(rows=1, cols=len(head), style="Table Grid")
    for place, text in zip(table.rows[0].cells, head, strict=True):
        place.text = clean(text)
    for row in rows:
        for place, text in zip(table.add_row().cells, row, strict=True):
            place.text = clean(text)


def _small(paragraph: Any, text: str) -> None:
    paragraph.add_run(clean(text)).font.size = Pt(8.5)


def _bytes(document: WordDocument) -> bytes:
    raw = io.BytesIO()
    document.save(raw)
    return raw.getvalue()
