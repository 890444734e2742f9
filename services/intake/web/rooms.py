"""What intake's pages share: their templates and words, and who may do what there."""

from collections.abc import Mapping
from pathlib import Path

from shared.web.pages import Pages


def pages(addresses: Mapping[str, str]) -> Pages:
    """The pages of intake. addresses: see Pages."""
    return Pages("intake", Path(__file__).parent, addresses)
