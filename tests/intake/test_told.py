"""Every line that customers are told has a word, and every event that intake follows goes one way."""

from pathlib import Path

from services.intake.domain import told
from services.intake.handlers import HANDLERS
from services.intake.web import rooms
from shared.contracts import events
from shared.web.words import Words


def test_every_kind_of_line_has_a_word() -> None:
    words = Words(Path(rooms.__file__).parent / "locale").names("zh")
    for event, (kind, parts) in told.LINES.items():
        names = (
            [f"told.{kind}.{verdict}" for verdict in ("approved", "refused")]
            if "verdict" in parts
            else [f"told.{kind}"]
        )
        assert set(names) <= words, event
        assert event in events.PUBLISHED and f"{event}.v1" in HANDLERS


def test_a_line_holds_only_what_is_for_customers() -> None:
    said = told.line("demand.delayed", {"note": "内部", "before": "x", "at": "t"}, "now")
    assert said == {"kind": "delayed", "at": "t", "before": "x"}
    assert told.line("demand.blocked", {"at": "t"}, "now") is None
    assert told.with_line([{"kind": "a"}], None) == [{"kind": "a"}]
