"""flask-smorest's Blueprint with parameters as strict as our bodies."""

from typing import Any

import flask_smorest
from marshmallow import RAISE
from webargs.flaskparser import FlaskParser


class _StrictParser(FlaskParser):
    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
        "form": RAISE,
    }


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """Use it for every API: unknown query parameters and fields are refused with 422."""

    ARGUMENTS_PARSER: Any = _StrictParser()
