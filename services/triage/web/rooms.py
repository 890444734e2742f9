"""What triage's pages share: their templates and words."""

from collections.abc import Mapping
from pathlib import Path

from shared.web.pages import Pages


def pages(addresses: Mapping[str, str]) -> Pages:
    """The pages of triage. addresses: see Pages."""
    return Pages("triage", Path(__file__).parent, addresses)
