"""What triage's pages share: their templates and words."""

from pathlib import Path

from shared.web.pages import Pages


def pages() -> Pages:
    """The pages of triage."""
    return Pages("triage", Path(__file__).parent)
