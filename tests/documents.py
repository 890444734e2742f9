"""Documents that tests publish: released policies under another name or with other fields, and a small calendar."""

import json
from datetime import UTC, datetime
from typing import Any

from shared import strict_yaml
from shared.calendars.loader import load as load_calendar
from shared.clock import format_time
from shared.ids import new_id
from shared.messaging.envelope import Event
from shared.policies.loader import PACKS
from shared.policies.loader import load as load_policy

_HEAD = 'code: C\nversion: "1"\neffective_from: 2000-01-01T00:00:00+08:00\n'
SOON = datetime(2027, 1, 1, tzinfo=UTC)


def policy_document(version: str = "2", effective_from: datetime = SOON, *, code: str = "C", note: str = "") -> bytes:
    """Policy C as released, under another code, version and date. note: a comment, so that the bytes are others."""
    text = (PACKS / "C" / "1.yaml").read_text("utf-8")
    assert text.count(_HEAD) == 1
    head = f'code: {code}\nversion: "{version}"\neffective_from: {format_time(effective_from)}\n'
    return (text.replace(_HEAD, head) + f"# {note}\n").encode()


def other_fields(version: str = "2", effective_from: str = "2020-01-01T00:00:00+08:00") -> bytes:
    """Policy D without the field 客户来源, with one for the region, and with company finances on its main form."""
    found: dict[str, Any] = strict_yaml.load((PACKS / "D" / "1.yaml").read_text("utf-8"))
    found |= {"version": version, "effective_from": effective_from}
    found["fields"] = [one for one in found["fields"] if one["code"] != "source"]
    region = {"zh": "所在区域", "en": "Region"}
    found["fields"].append({"code": "region", "label": region, "kind": "text", "area": "identity", "extra": True})
    for form in found["forms"]:
        for area in form["areas"]:
            area["items"] = [one for one in area["items"] if one["value"] != "fields.source"]
    found["forms"][0]["areas"][0]["items"] += [
        {"label": region, "value": "fields.region"},
        {"label": {"zh": "企业财务情况", "en": "Company finances"}, "value": "fields.finances"},
    ]
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


def hanging_questions() -> bytes:
    """Policy H: D with a form `dealers`, whose questions hang on one another, of every kind that decides."""
    found: dict[str, Any] = strict_yaml.load((PACKS / "D" / "1.yaml").read_text("utf-8"))
    found["code"] = "H"
    regions = [_named("north", "华北", "North"), _named("south", "华南", "South"), _named("abroad", "海外", "Abroad")]
    found["fields"] += [
        {**_named("dealer", "是否经销商", "A dealer?"), "kind": "yes_no"},
        {**_named("regions", "销售区域", "Regions"), "kind": "choices", "choices": regions},
        _named("country", "所在国家", "Country"),
    ]
    kind = {**_item("customer.kind", "客户类型", "Kind of customer"), "required": True}
    dealer = _item("fields.dealer", "是否经销商", "A dealer?", "customer.kind", "company")
    items = [
        _item("customer.name", "姓名", "Name"),
        kind,
        dealer,
        {**_item("fields.regions", "销售区域", "Regions", "fields.dealer", "yes"), "required": True},
        {**_item("fields.country", "所在国家", "Country", "fields.regions", "abroad"), "required": True},
        _item("description", "需求描述", "Demand"),
    ]
    area = {**_named("all", "经销商", "Dealers"), "items": items}
    found["forms"].append({**_named("dealers", "经销商登记", "Dealers"), "layout": "record", "areas": [area]})
    found["forms"][-1]["title"] = found["forms"][-1].pop("label")
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


def _named(code: str, zh: str, en: str) -> dict[str, Any]:
    return {"code": code, "label": {"zh": zh, "en": en}}


def _item(value: str, zh: str, en: str, decides: str = "", *answers: str) -> dict[str, Any]:
    """An item, asked when another has one of these answers where one decides."""
    when = {"asked_when": {"item": decides, "answers": list(answers)}} if decides else {}
    return {"value": value, "label": {"zh": zh, "en": en}, **when}


def calendar_document(version: str = "2", *, code: str = "cn-office", holiday: str = "2027-01-01") -> bytes:
    """A calendar of one weekday and one holiday."""
    return (
        f'code: {code}\nversion: "{version}"\ntitle: {{zh: 办公日历, en: Office calendar}}\ntimezone: Asia/Shanghai\n'
        f'hours: {{mon: [["09:00", "18:00"]]}}\nholidays: [{holiday}]\n'
    ).encode()


def policy_published(raw: bytes, *, position: int = 1, **changes: object) -> Event:
    """policy.published as triage tells it; position: in its stream; changes: of its data."""
    policy = load_policy(raw)
    data = {
        "code": policy.code,
        "version": policy.version,
        "sha256": policy.sha256,
        "effective_from": format_time(policy.effective_from),
        "document": raw.decode(),
        **changes,
    }
    subject = f"policy/{policy.code}"
    return Event(new_id(), "triage", "demandflow.policy.published.v1", subject, position, 1, SOON, data)


def calendar_published(raw: bytes, *, position: int = 1, **changes: object) -> Event:
    """calendar.published as triage tells it."""
    calendar = load_calendar(raw)
    data = {
        "code": calendar.code,
        "version": calendar.version,
        "sha256": calendar.sha256,
        "document": raw.decode(),
        **changes,
    }
    subject = f"calendar/{calendar.code}"
    return Event(new_id(), "triage", "demandflow.calendar.published.v1", subject, position, 1, SOON, data)
