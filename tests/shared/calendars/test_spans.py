"""What is a span of time and what is none."""

import pytest

from shared.calendars.spans import Span, parse_span


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("4h", Span(4, "h")),
        ("4wh", Span(4, "wh")),
        ("3wd", Span(3, "wd")),
        ("7d", Span(7, "d")),
        ("-2wd", Span(-2, "wd")),
        ("0wd", Span(0, "wd")),
        ("87660h", Span(87_660, "h")),
    ],
)
def test_a_span_is_read_and_written(text: str, span: Span) -> None:
    assert parse_span(text) == span
    assert str(span) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4",
        "h",
        "4 h",
        " 4h",
        "4h\n",
        "4H",
        "+4h",
        "--4h",
        "1.5h",
        "4m",
        "4w",
        "٤h",
        "4hwh",
        "99999h",
        "3654wd",
        "-3654d",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_span(text)
