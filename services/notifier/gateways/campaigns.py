"""What those whom a campaign asks are mailed: words and address by intake, the blank form by reporting."""

from services.notifier.domain.letters import Attachment
from services.notifier.domain.mailings import Invitation, Mailing, Spared
from services.notifier.gateways.ask import Unreachable, call, json_of

_GONE = frozenset({409, 410})
_MOST_FORMS = 8


class Invitations:
    """Intake's letters."""

    def __init__(self, intake_url: str, signing_key: str) -> None:
        self._url, self._key = intake_url, signing_key

    def to(self, mailing: Mailing) -> Invitation | Spared:
        """What to mail now, or why nothing is to be mailed any more; Unreachable."""
        url = f"{self._url}/api/v1/campaigns/{mailing.campaign}/letters/{mailing.customer_number}"
        answer = call("intake", url, self._key, {})
        if answer.status_code == 404:
            return Spared("not_asked")
        if answer.status_code in _GONE:
            return Spared(str(json_of(answer)["code"]).replace("-", "_"))
        if answer.status_code != 200:
            raise Unreachable(f"status {answer.status_code}")
        found = json_of(answer)
        return Invitation(found["email"], found["subject"], found["text"], found["language"])


class Forms:
    """Reporting's blank forms; the last few are kept, since a campaign sends the same one to everybody."""

    def __init__(self, reporting_url: str, signing_key: str) -> None:
        self._url, self._key = reporting_url, signing_key
        self._kept: dict[tuple[str, str, str, str], Attachment] = {}

    def blank(self, policy: str, version: str, form: str, language: str) -> Attachment | None:
        """The form with empty lines, None when the policy has no such form; Unreachable."""
        wanted = (policy, version, form, language)
        if wanted not in self._kept:
            found = self._fetch(*wanted)
            if found is None:
                return None
            if len(self._kept) >= _MOST_FORMS:
                self._kept.pop(next(iter(self._kept)))
            self._kept[wanted] = found
        return self._kept[wanted]

    def _fetch(self, policy: str, version: str, form: str, language: str) -> Attachment | None:
        query = {"policy": policy, "version": version, "form": form, "language": language}
        answer = call("reporting", f"{self._url}/api/v1/forms/blank", self._key, query)
        if answer.status_code == 404:
            return None
        if answer.status_code != 200:
            raise Unreachable(f"status {answer.status_code}")
        return Attachment(f"{policy}-{form}.docx", answer.headers["Content-Type"], answer.content)
