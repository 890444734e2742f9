"""Four small policies of our own, so that intake's tests do not depend on released packs."""

from typing import Any

import yaml

from services.intake.gateways.policies import InstalledRules
from shared.calendars import loader as calendars
from shared.policies import loader

T = {"zh": "文", "en": "text"}
ASK = {"zh": "请补充", "en": "Please add"}
CALENDAR = {
    "code": "office",
    "version": "1",
    "timezone": "Asia/Shanghai",
    "hours": {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
}
_OPEN = {
    "accept": "in_progress", "request-supplement": "waiting", "supplement": "in_progress", "complete": "completed",
    "withdraw": "closed",
}  # fmt: skip


def _label(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _choice(code: str, zh: str, *aliases: str) -> dict[str, Any]:
    return {"code": code, "label": _label(zh, code), "aliases": list(aliases)}


def _level(code: str, zh: str, satisfied: bool) -> dict[str, Any]:
    return {"code": code, "label": _label(zh, code), "satisfied": satisfied}


def _status(code: str, **actions: str) -> dict[str, Any]:
    return {"code": code, "label": _label(code, code), "category": code, "actions": actions}


def document(code: str, **changes: Any) -> dict[str, Any]:
    """A policy that knows one type and two urgencies, promises 4 hours for high, and asks for a description."""
    return {
        "code": code,
        "version": "1",
        "effective_from": "2000-01-01T00:00:00+08:00",
        "time_zone": "Asia/Shanghai",
        "calendar": "office",
        "title": T,
        "channels": [],
        "roles": [],
        "types": [{**_choice("inquiry", "咨询", "问询"), "category": "inquiry", "lead": "SUP"}],
        "undecided": "CSR",
        "urgencies": [_choice("high", "高"), _choice("low", "低")],
        "priority": {"levels": [{"rank": 1, "code": "mid", "label": T}], "default": "mid"},
        "clocks": [],
        "receipt_promise": {"by_urgency": {"high": "4h", "low": "1wd"}},
        "quality": {"required": [{"name": "description", "ask": ASK}], "vague": ["有问题"], "filler": ["系统", "还是"]},
        "numbering": {"pattern": "M{yyyy}{mm}{dd}{seq}", "scope": "{yyyy}{mm}{dd}"},
        "customer_numbering": {"pattern": "YQ{yyyy}{mm}{dd}{seq}", "scope": "{yyyy}{mm}{dd}"},
        "statuses": [
            _status("pending", **_OPEN),
            _status("in_progress", **_OPEN),
            _status("waiting", **_OPEN),
            _status("completed", confirm="closed", dispute="in_progress"),
            _status("closed"),
        ],
        "notices": [],
        "feedback": {
            "scale": "three_levels",
            "levels": [
                _level("satisfied", "满意", True),
                _level("rather", "基本满意", True),
                _level("not_satisfied", "不满意", False),
            ],
            "question": ASK,
            "not_satisfied": "second_cycle",
        },
        "archive": {"schedule": "last_workday", "file_name": "{number}", "customer_name": "named", "contents": []},
        "retention": {"years": None},
        "reports": [],
        "fields": [
            {**_choice("contract_number", "合同号")},
        ],
        "forms": [],
        "privacy": {"contact_in_record": True},
        "departments": {},
        "values": {"vip": _label("VIP", "VIP")},
        "moods": {"anxious": _label("焦急", "Anxious")},
        **changes,
    }


_YES_NO = {
    "scale": "yes_no",
    "levels": [_level("yes", "满意", True), _level("no", "不满意", False)],
    "question": ASK,
    "not_satisfied": "second_cycle",
    "signature": "if_satisfied",
}
_STARS = {
    "scale": "stars",
    "levels": [_level(str(stars), "★" * stars, stars > 2) for stars in range(1, 6)],
    "question": ASK,
    "not_satisfied": "starts_handling",
    "kinds": [
        {**_choice("rating", "满意度评价"), "route": "service_review", "lead": "CSR"},
        {**_choice("problem", "问题投诉"), "route": "starts_handling", "lead": "CSR"},
    ],
}
_D_FIELDS = [
    {**_choice("source", "客户来源"), "kind": "choice"}
    | {"choices": [_choice("fair", "展会推荐"), _choice("referral", "老客户转介绍")]},
    {
        **_choice("interests", "关注点"),
        "kind": "choices",
        "choices": [_choice("price", "价格"), _choice("speed", "速度")],
    },
    {**_choice("trial_on", "试用日期"), "kind": "date"},
    {**_choice("seats", "人数"), "kind": "number"},
    {**_choice("is_dealer", "是否经销商"), "kind": "yes_no"},
    {**_choice("second_phone", "备用电话"), "kind": "phone"},
    {**_choice("revenue", "年营收"), "sensitive": True},
    {**_choice("note", "备注"), "internal": True},
]
_RELAXED = [{"feedback_kinds": ["rating"]}]
_D_REQUIRED = [
    {"name": "description", "ask": ASK, "unless_any": _RELAXED},
    {"name": "customer.name", "ask": ASK, "unless_any": _RELAXED},
    {"name": "customer.contact", "ask": ASK},
    {"name": "customer.company", "ask": ASK, "when": {"customer_kinds": ["company"]}},
    {"name": "fields.source", "ask": ASK, "when": {"known_customer": False}, "unless_any": _RELAXED},
]
DOCUMENTS = (
    document(
        "A",
        numbering={"pattern": "XRQ{yyyy}{mm}{dd}{seq}", "scope": "{yyyy}{mm}{dd}"},
        privacy={"contact_in_record": False},
        feedback=_YES_NO,
    ),
    document(
        "B",
        numbering={"pattern": "{yyyy}{mm}-{department}-{seq}", "scope": "{yyyy}{mm}-{department}"},
        feedback={**document("B")["feedback"], "signature": "always"},
    ),
    document("C"),
    document(
        "D",
        numbering={"pattern": "{customer}-{seq}", "scope": "{customer}", "width": 1},
        receipt_promise={},
        fields=_D_FIELDS,
        quality={"required": _D_REQUIRED, "vague": [], "phone_digits": 11},
        feedback=_STARS,
    ),
)


def rules() -> InstalledRules:
    """The four policies and their calendar, through the loaders that production uses."""
    policies = [loader.load(raw) for raw in _RAW]
    return InstalledRules(loader.Policies(policies), calendars.Calendars([calendars.load(_RAW_CALENDAR)]))


def _raw(one: dict[str, Any]) -> bytes:
    return yaml.safe_dump(one, allow_unicode=True).encode()


_RAW, _RAW_CALENDAR = [_raw(one) for one in DOCUMENTS], _raw(CALENDAR)


def released() -> InstalledRules:
    """The policies and calendars released with this software."""
    return InstalledRules(loader.installed(), calendars.installed())
