"""Excel workbooks: reports. Nothing that came from outside ever becomes a formula."""

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from services.reporting.domain.texts import cell, sheet_title

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BOLD, _GREY = Font(bold=True), Font(italic=True, color="808080")
_WIDTHS = (28, 22, 22, 22, 22, 22, 22)


def report(content: dict[str, Any]) -> bytes:
    """A report's frozen content (see domain.report_content) as .xlsx: figures, and the demands behind each."""
    book = Workbook()
    book.active.title = sheet_title(content["title"]["zh"])
    _write_figures(_Writer(book.active), content)
    _write_numbers(_Writer(book.create_sheet(sheet_title("需求编号 Demands"))), content)
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


class _Writer:
    """Fills a sheet from the top: numbers as numbers, everything else as text, whatever sign it begins with."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet, self._next = sheet, 1
        for index, width in enumerate(_WIDTHS):
            sheet.column_dimensions["ABCDEFG"[index]].width = width

    def row(self, *values: Any, font: Font | None = None) -> None:
        """One row; none: an empty one."""
        for column, content in enumerate(values, 1):
            place = self._sheet.cell(row=self._next, column=column)
            _set(place, content)
            if font is not None:
                place.font = font
        self._next += 1


def _write_figures(sheet: _Writer, content: dict[str, Any]) -> None:
    sheet.row(content["title"]["zh"], content["title"]["en"], font=_BOLD)
    sheet.row(content["subtitle"], font=_GREY)
    for figure in content["figures"]:
        sheet.row()
        sheet.row(figure["title"]["zh"], figure["title"]["en"], font=_BOLD)
        sheet.row(f"口径：{figure['definition']['zh']}", font=_GREY)
        sheet.row(f"Definition: {figure['definition']['en']}", font=_GREY)
        sheet.row(*(f"{one['zh']} {one['en']}" for one in figure["columns"]), font=_BOLD)
        for row in figure["rows"]:
            sheet.row(*row["cells"])


def _write_numbers(sheet: _Writer, content: dict[str, Any]) -> None:
    sheet.row("数据 Figure", "项目 Row", "需求编号 Demand", font=_BOLD)
    for figure in content["figures"]:
        for row in figure["rows"]:
            for number in row["numbers"]:
                sheet.row(figure["title"]["zh"], row["cells"][0], number)


def _set(place: Cell, content: Any) -> None:
    if isinstance(content, int | float) and not isinstance(content, bool):
        place.value = content
        return
    place.value = cell("" if content is None else str(content))
    place.data_type = "s"  # assigning makes a formula of what begins with =
    place.quotePrefix = True
    place.alignment = Alignment(wrap_text=True, vertical="top")
