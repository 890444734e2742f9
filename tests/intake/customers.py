"""The customers API as staff and a CRM call it."""

from typing import Any

from shared.auth import sign_service_token
from tests.intake.conftest import Intake
from tests.intake.test_accept import BODY

PHONE, MAIL = "13800138000", "wang@example.com"


class Desk:
    """Somebody at the desk of an intake."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake

    def call(self, method: str, path: str, body: Any = None, role: str = "lead", **headers: str) -> Any:
        """A call below /customers as staff of a role; header names with underscores."""
        return self.send(method, path, body, self.intake.staff(role), **headers)

    def send(self, method: str, path: str, body: Any, credential: str, **headers: str) -> Any:
        """A call below /customers with any credential."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Authorization"] = f"Bearer {credential}"
        return self.intake.client().open(f"/intake/api/v1/customers{path}", method=method, json=body, headers=sent)

    def report(self, name: str | None = "王芳", *, phone: str | None = None, **more: Any) -> Any:
        """A demand of a customer; returns its answer with `customer`: the number."""
        told = {"name": name, "contact": {"phone": phone}, **more.pop("customer", {})}
        made = self.intake.post({**BODY, "customer": told, **more})
        assert made.status_code == 201, made.json
        return {**made.json, "customer": self.of(made.json["number"])}  # type: ignore[dict-item]

    def of(self, demand: str) -> str:
        """The number of a demand's customer."""
        return str(self.intake.get(f"/api/v1/demands/{demand}").json["customer"]["number"])  # type: ignore[index]

    def read(self, number: str) -> Any:
        """A customer."""
        answer = self.call("GET", f"/{number}")
        assert answer.status_code == 200
        return answer.json

    def find(self, **wanted: str) -> list[tuple[str, str, list[str]]]:
        """(number, match, reasons) of those found."""
        found = self.call("POST", ":find", wanted)
        assert found.status_code == 200, found.json
        return [(one["number"], one["match"], one["reasons"]) for one in found.json["items"]]

    def contact(self, number: str) -> Any:
        """The contact as the notifier opens it."""
        token = sign_service_token(self.intake.keys["notifier"], "notifier", "intake")
        return self.intake.get(f"/api/v1/customers/{number}/contact?purpose=notice", token).json

    def change(self, number: str, body: Any) -> Any:
        """PATCH at the version it has."""
        return self.call("PATCH", f"/{number}", body, If_Match=f'"v{self.read(number)["version"]}"')

    def told(self, number: str) -> list[Any]:
        """The customer.changed events of one stream."""
        return [row for row in self.intake.told("customer.changed") if row.subject == f"customer/{number}"]
