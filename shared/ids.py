"""Identifiers: UUIDv7, made by the owner of the thing, sortable by time."""

import uuid_utils


def new_id() -> str:
    """A new UUIDv7 as 36 characters of text."""
    return str(uuid_utils.uuid7())
