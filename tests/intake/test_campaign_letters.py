"""Letters of campaigns: the notifier alone is told whom to mail what, on the record, and of nobody it need not be."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select

from services.intake.child_tables import ContactRead
from services.intake.tables import Customer, VaultEntry
from shared.auth import sign_service_token
from tests.intake.conftest import Intake
from tests.intake.pages import Reader
from tests.intake.policies import released
from tests.intake.test_campaigns import call, numbers, see, wanted


@pytest.fixture
def house(make_intake: Callable[..., Intake], database_url: str) -> Intake:
    """An intake with a campaign: it asks two customers, one who writes English and one without a mail address."""
    intake = make_intake(database_url, released())
    for name, contact, language in (
        ("Wang Xiaoming", {"email": "wang@example.com"}, "en"),
        ("李小红", {"phone": "13800138002"}, "zh"),
        ("赵六", {"email": "zhao@example.com"}, "zh"),
    ):
        customer = {"name": name, "contact": contact}
        said = {"policy": "D", "description": "想了解新版的报价方式", "customer": customer, "language": language}
        assert intake.post(said).status_code == 201
    asked = {"audience": {"numbers": numbers(intake)[:2]}, "instructions": "带 * 的必填"}
    assert call(intake, wanted(**asked)).status_code == 201
    return intake


def ask(intake: Intake, number: str, campaign: str = "upgrade") -> Any:
    """The letter to one customer, as the notifier asks for it."""
    token = sign_service_token(intake.keys["notifier"], "notifier", "intake")
    return intake.get(f"/api/v1/campaigns/{campaign}/letters/{number}", token)


def opened(intake: Intake) -> list[tuple[str, str, str]]:
    """(customer, purpose, reader) of every contact that was opened."""
    columns = (ContactRead.customer_number, ContactRead.purpose, ContactRead.reader)
    with intake.database.read() as session:
        return [(row[0], row[1], row[2]) for row in session.execute(select(*columns))]


def act(intake: Intake, path: str, body: Any) -> None:
    """A lead does something to a customer."""
    headers = {"Authorization": f"Bearer {intake.staff('lead')}"}
    done = intake.client().post(f"/intake/api/v1/customers/{path}", json=body, headers=headers)
    assert done.status_code == 200, done.json


def test_a_letter_is_in_the_customers_words_with_their_own_link_and_on_the_record(house: Intake) -> None:
    first, second, _ = numbers(house)
    letter = ask(house, first)
    assert letter.status_code == 200 and letter.headers["Cache-Control"] == "no-store"
    told = letter.json
    text, pinned = told.pop("text"), told.pop("policy")
    assert (pinned["code"], told) == ("D", {
        "number": first, "name": "Wang Xiaoming", "email": "wang@example.com", "subject": "老客户升级意向回访",
        "language": "en", "form": "unified",
    })  # fmt: skip
    assert text.startswith("Dear Wang Xiaoming,") and "带 * 的必填" in text
    links = {one["number"]: one["link"] for one in see(house, "/upgrade/members").json["items"]}
    assert links[first] in text.splitlines() and opened(house) == [(first, "campaign", "service:notifier")]
    without = ask(house, second).json
    assert without["email"] is None and without["text"].startswith("尊敬的李小红：")


def test_staff_do_not_read_letters_here_and_strangers_get_none(house: Intake) -> None:
    first, _, third = numbers(house)
    path = f"/api/v1/campaigns/upgrade/letters/{first}"
    assert house.get(path, house.staff("lead")).status_code == 403
    reporting = sign_service_token(house.keys["reporting"], "reporting", "intake")
    assert house.get(path, reporting).status_code == 403
    assert ask(house, third).status_code == 404, "is not asked"
    assert ask(house, "YQ-NOBODY").status_code == 404 and ask(house, first, "nothing").status_code == 404
    assert opened(house) == []


def refusal(house: Intake, number: str) -> tuple[int, str]:
    """(status, code) of no letter."""
    answer = ask(house, number)
    return answer.status_code, answer.json["code"]


def test_nobody_is_written_to_after_the_end_or_the_answer(house: Intake) -> None:
    first, second, _ = numbers(house)
    link = see(house, "/upgrade/members").json["items"][0]["link"]
    reader = Reader(house.client())
    said = {"description": "愿意升级到企业版，希望下月上线", "type": "cooperation", "consent": "yes"}
    said["customer.phone"] = "13800138001"  # all that is not known of them
    page = reader.get(link[link.index("/f/") :])
    assert reader.send("/f/upgrade", page, said).status_code == 303
    assert refusal(house, first) == (409, "already-answered")
    call(house, path="/upgrade:close")
    assert refusal(house, second) == (410, "campaign-closed") and opened(house) == []


def test_nobody_is_written_to_who_took_the_consent_back_or_was_erased(house: Intake) -> None:
    first, second, _ = numbers(house)
    assert house.add_channel("web", policy="D", form="unified")
    reader = Reader(house.client())
    form = {"customer.name": "李小红", "customer.phone": "13800138002", "type": "product_inquiry", "consent": "yes"}
    sent = reader.send("/f/web", reader.get("/f/web"), form | {"description": "想了解新版的报价方式"})
    assert sent.status_code == 303 and ask(house, second).status_code == 200
    act(house, f"{second}/consents:withdraw", {})
    assert refusal(house, second) == (409, "consent-withdrawn")
    with house.database.write() as session:
        gone = select(Customer.id).where(Customer.number == first).scalar_subquery()
        session.execute(delete(VaultEntry).where(VaultEntry.customer_id == gone))
    assert refusal(house, first) == (410, "customer-erased")


def test_of_two_that_became_one_a_single_letter_is_written(house: Intake) -> None:
    first, second, third = numbers(house)
    act(house, f"{second}:merge", {"into": first})
    assert refusal(house, second) == (409, "customer-merged") and ask(house, first).status_code == 200
    act(house, f"{first}:merge", {"into": third})
    assert ask(house, first).json["email"] == "zhao@example.com", "who goes on for the one that is asked"
