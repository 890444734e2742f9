"""Fields that come and go with versions of a policy (D): old answers stay readable; sensitive ones are for some."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import delete, select

from services.intake.child_tables import ContactRead
from services.intake.gateways.policies import InstalledRules
from services.intake.handlers import HANDLERS
from services.intake.tables import VaultEntry
from shared.db import Database
from shared.versions.books import CalendarBook, PolicyBook
from shared.versions.seed import seed_database
from tests.documents import other_fields, policy_published
from tests.intake.conftest import Intake
from tests.intake.pages import Reader

PHONE, MONEY = "13800138000", "年营收两千万元，负债率三成"
TEXT = "想了解贵司数据平台 50 用户版的年费和私有化部署条件"
FORM: dict[str, Any] = {
    "customer.name": "欧阳金丝雀", "customer.phone": PHONE, "consent": "yes", "type": "product_inquiry",
    "description": TEXT,
}  # fmt: skip
LABEL = "仅授权人员可见"


@dataclass
class Living:
    """An intake that learns of versions while it runs, and somebody before its form."""

    intake: Intake
    book: PolicyBook
    reader: Reader

    def publish(self, raw: bytes) -> None:
        """A version arrives."""
        event = policy_published(raw)
        with self.intake.database.write() as session:
            HANDLERS[event.name](session, event, self.intake.services)
        self.book.refresh()

    def send(self, **fields: str) -> str:
        """The form filled in; the address of the page where the demand is followed."""
        page = self.reader.get("/f/web")
        sent = self.reader.send("/f/web", page, FORM | {f"fields.{name}": one for name, one in fields.items()})
        assert sent.status_code == 303, sent.text
        return str(sent.headers["Location"])

    def original(self, number: str, role: str = "lead", query: str = "?purpose=handling") -> Any:
        """What was said, as somebody with a role asks for it."""
        return self.intake.get(f"/intake/api/v1/demands/{number}/original{query}", self.intake.staff(role))


@pytest.fixture
def living(make_intake: Callable[..., Intake], database_url: str) -> Living:
    database = Database(database_url)
    book = PolicyBook(database)
    intake = make_intake(database_url, InstalledRules(book, CalendarBook(database)))
    seed_database(database_url)
    intake.add_channel("web", policy="D", form="unified")
    return Living(intake, book, Reader(intake.client()))


def numbers(living: Living) -> list[str]:
    return [str(one.data["number"]) for one in living.intake.told("demand.received")]


def test_an_answer_to_a_field_that_went_stays_readable(living: Living) -> None:
    assert "客户来源" in living.reader.get("/f/web").text
    before = living.send(source="exhibition")
    living.publish(other_fields())
    shown = living.reader.get(before).text
    assert "客户来源" in shown and "展会推荐" in shown
    assert "客户来源" not in living.reader.get("/f/web").text
    assert "老客户转介绍" not in living.reader.get("/f/web").text


def test_a_field_that_came_is_asked_and_shown_from_then_on(living: Living) -> None:
    before = living.send(source="exhibition")
    assert "所在区域" not in living.reader.get("/f/web").text
    living.publish(other_fields())
    assert "所在区域" in living.reader.get("/f/web").text
    after = living.reader.get(living.send(region="华东")).text
    assert "所在区域" in after and "华东" in after
    assert "所在区域" not in living.reader.get(before).text
    pins = [one.data["policy"]["version"] for one in living.intake.told("demand.received")]
    assert pins == ["1", "2"]


def test_a_supplement_answers_the_fields_of_its_own_version(living: Living) -> None:
    living.send(source="exhibition")
    living.publish(other_fields())
    (number,) = numbers(living)
    sent = living.intake.call(
        f"{number}/supplements", {"fields": {"source": "referral"}}, credential=living.intake.staff()
    )
    assert sent.status_code == 201
    known = {"policy": "D", "description": TEXT, "fields": {"source": "referral"}}
    assert living.intake.post(known).json["errors"][0]["code"] == "unknown-field"  # type: ignore[index]


def test_a_sensitive_question_says_who_sees_the_answer(living: Living) -> None:
    assert LABEL not in living.reader.get("/f/web").text
    living.publish(other_fields())
    form = living.reader.get("/f/web").text
    assert form.count(LABEL) == 1
    assert 'aria-describedby="q-fields-finances-hint"' in form
    assert "authorised people only" in living.reader.get("/f/web", "en").text


def test_a_sensitive_answer_opens_only_for_some_on_the_record(
    living: Living, capsys: pytest.CaptureFixture[str]
) -> None:
    living.publish(other_fields())
    page = living.send(finances=MONEY, region="华东")
    (number,) = numbers(living)
    assert MONEY not in living.reader.get(page).text
    assert MONEY not in str([one.data for one in living.intake.told()])
    for role in ("staff", "operator"):
        assert living.original(number, role).status_code == 403
    assert living.intake.get(f"/intake/api/v1/demands/{number}/original?purpose=handling").status_code == 403
    for role in ("lead", "manager", "auditor"):
        answer = living.original(number, role)
        assert answer.json["words"]["fields"] == {"finances": MONEY, "region": "华东"}
        assert PHONE not in answer.text and "欧阳金丝雀" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
    with living.intake.database.read() as session:
        reads = session.execute(select(ContactRead.purpose, ContactRead.reader)).all()
    assert [tuple(one) for one in reads] == [("original", "staff:u-1")] * 3
    said = capsys.readouterr().out
    assert "original_opened" in said and MONEY not in said


def test_the_original_has_what_was_added_too(living: Living) -> None:
    created = living.intake.post({"policy": "D", "description": f"请回电{PHONE}，{TEXT}"}).json
    assert created is not None
    more = {"description": f"另请把报价发到{PHONE}"}
    assert living.intake.call(f"{created['number']}/supplements", more).status_code == 201
    found = living.original(created["number"], query="?purpose=audit").json
    assert PHONE in found["words"]["description"]
    assert [one["words"]["description"] for one in found["supplements"]] == [more["description"]]


def test_a_reason_is_needed_and_nothing_is_kept_without_one(living: Living) -> None:
    created = living.intake.post({"policy": "D", "description": TEXT}).json
    assert created is not None
    for query in ("", "?purpose=curiosity"):
        assert living.original(created["number"], query=query).status_code == 422
    assert living.original("YQ20000101001-1").status_code == 404
    with living.intake.database.read() as session:
        assert session.execute(select(ContactRead)).all() == []


def test_the_original_of_an_erased_customer_is_gone(living: Living) -> None:
    created = living.intake.post({"policy": "D", "description": TEXT}).json
    assert created is not None
    with living.intake.database.write() as session:
        session.execute(delete(VaultEntry))
    answer = living.original(created["number"])
    assert (answer.status_code, answer.json["code"]) == (410, "erased")
