"""Pages as a person without JavaScript uses them."""

import html
import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}


class Reader:
    """One person with one browser."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, language: str | None = None) -> TestResponse:
        """Open an address."""
        headers = BROWSER | ({"Accept-Language": language} if language else {})
        return self.client.get(path, headers=headers)

    def send(self, path: str, page: TestResponse, fields: dict[str, Any], *, to: str | None = None) -> TestResponse:
        """Send a form of a page with its hidden fields. to: the end of the form's address, where there are several."""
        form = _form(page.get_data(as_text=True), to)
        return self.client.post(path, data={**hidden(form), **fields}, headers=BROWSER)


def hidden(text: str) -> dict[str, str]:
    """The hidden fields of a form."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text)
    return {name: html.unescape(value) for name, value in found}


def _form(text: str, to: str | None) -> str:
    forms = re.findall(r"<form.*?</form>", text, re.S)
    return next(one for one in forms if to is None or re.search(rf'action="[^"]*/{to}"', one))
