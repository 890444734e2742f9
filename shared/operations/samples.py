"""The demo's demands: the texts of policy C's worked rows, with invented contacts."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sample:
    """One demand. expected: what reporting must say of it in the end."""

    channel: str
    kind: str
    address: str
    body: dict[str, Any]
    expected: dict[str, str]


SAMPLES = (
    Sample(
        "online-chat",
        "chat",
        "wang@example.com",
        {
            "customer": {"name": "王女士", "contact": {"phone": "13800005678", "email": "wang@example.com"}},
            "description": "订单20231008001显示已发货，三天没有物流更新，想知道何时送达、为什么停滞",
            "order_number": "20231008001",
        },
        {"type_code": "inquiry", "priority_code": "mid", "lead": "SUP", "status_category": "in_progress"},
    ),
    Sample(
        "hotline",
        "phone",
        "desk@company.example.com",
        {
            "customer": {
                "company": "某科技公司",
                "industry": "IT服务",
                "contact": {"email": "desk@company.example.com"},
            },
            "description": "上周报的系统维护需求一直没人答复，业务受影响",
            "mood": "焦急",
        },
        {"type_code": "complaint", "priority_code": "high", "lead": "CSR", "status_category": "in_progress"},
    ),
    Sample(
        "mailbox",
        "email",
        "chen@example.com",
        {
            "customer": {"name": "陈先生", "contact": {"email": "chen@example.com"}},
            "description": "希望在个人中心自己选发票抬头（公司或个人），现在要找客服改",
        },
        {"type_code": "suggestion", "priority_code": "low", "lead": "PRD", "status_category": "pending"},
    ),
)
