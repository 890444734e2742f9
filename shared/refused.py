"""The one way in which business code says no; pure, so that every domain may use it."""

from collections.abc import Mapping, Sequence


class Refused(Exception):
    """A rule stands against it. Rolls back the transaction and becomes a problem answer.

    code: stable, kebab-case; rule: one sentence for people, without values from the request;
    status: the HTTP status it becomes; errors: rows {pointer, code, message}; about: the id of the demand it
    concerns, where the caller may know that it exists.
    """

    def __init__(
        self,
        code: str,
        rule: str = "",
        status: int = 409,
        errors: Sequence[Mapping[str, str]] = (),
        about: str | None = None,
    ) -> None:
        super().__init__(code)
        self.code, self.rule, self.status, self.errors, self.about = code, rule, status, list(errors), about


def wrong(pointer: str, code: str, message: str) -> Refused:
    """A 422 that names one part of what was sent."""
    rows = [{"pointer": pointer, "code": code, "message": message}]
    return Refused("validation-failed", "The content does not fit", 422, rows)
