"""What the YAML of policies and calendars may not hold, however it is written."""

import pytest

from shared.strict_yaml import StrictYamlError, load


@pytest.mark.parametrize("text", ['a: "\\u0000"', 'a: ["x", "\\ud800"]', '"\\0": 1', '{"a": "\\udfff"}'])
def test_what_no_database_can_store_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(StrictYamlError, match="line 2"):
        load("# a comment\n" + text)


def test_other_escapes_are_text() -> None:
    assert load('a: "\\u4e2d\\t\\U0001F600"') == {"a": "中\t😀"}
