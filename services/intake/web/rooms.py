"""What intake's pages share: their templates and words, and who may do what there."""

from pathlib import Path

from shared.web.pages import Pages


def pages() -> Pages:
    """The pages of intake."""
    return Pages("intake", Path(__file__).parent)
