"""Files that are given out: saved under their own name, shown in nobody's page and run by nobody."""

from io import BytesIO
from typing import Any

from flask import Response, send_file


def download(content: bytes, *, name: str, media_type: str) -> Response:
    """An answer that a browser saves. media_type: as it was sent; browsers do not guess another."""
    answer: Any = send_file(
        BytesIO(content), media_type, as_attachment=True, download_name=name, conditional=False, etag=False
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer  # type: ignore[no-any-return]
