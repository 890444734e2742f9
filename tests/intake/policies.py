"""A small policy of our own, so that intake's tests do not depend on released packs."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from services.intake.domain.report import Report
from services.intake.domain.rules import Quality
from shared.policies import model as parts
from shared.policies.model import Policy

_T = parts.Text("文", "text")


def policy(code: str = "C", pattern: str = "M{yyyy}{mm}{dd}{seq}") -> Policy:
    """A policy that numbers like C, knows one type and two urgencies."""
    return Policy(
        code=code,
        version="1",
        effective_from=datetime(2000, 1, 1, tzinfo=UTC),
        time_zone="Asia/Shanghai",
        title=_T,
        types=(parts.DemandType("inquiry", parts.Text("咨询", "Inquiry"), "inquiry", "SUP", aliases=("问询",)),),
        urgencies=(
            parts.Urgency("high", parts.Text("高", "High")),
            parts.Urgency("low", parts.Text("低", "Low")),
        ),
        priority=parts.Priority((parts.PriorityLevel(1, "mid", _T),), "mid"),
        clocks=(),
        receipt_promise=parts.ReceiptPromise(),
        quality=parts.Quality((), ("有问题",)),
        numbering=parts.Numbering(pattern, "{yyyy}{mm}{dd}"),
        customer_numbering=parts.Numbering("YQ{yyyy}{mm}{dd}{seq}", "{yyyy}{mm}{dd}"),
        statuses=(),
        notices=(),
        fields=(parts.FieldSpec("contract_number", parts.Text("合同号", "Contract number")),),
        departments={},
        default_type="inquiry",
        values={"vip": parts.Text("VIP", "VIP")},
        moods={"anxious": parts.Text("焦急", "Anxious")},
        sha256="0" * 64,
    )


class TinyRules:
    """Rules over `policy()`: four hours are promised for high, a description is required, phones are redacted."""

    def effective(self, code: str, moment: datetime) -> Policy:
        """C only."""
        if code != "C":
            raise LookupError(code)
        return policy()

    def judge(self, policy: Policy, report: Report, channel_kind: str) -> Quality:
        """A missing description and 有问题 are found."""
        if not report.description:
            return Quality(missing=("description",))
        return Quality(vague=("description",) if "有问题" in report.description else ())

    def promise(self, policy: Policy, report: Report, received_at: datetime) -> datetime | None:
        """Four elapsed hours for high."""
        return received_at + timedelta(hours=4) if report.urgency == "high" else None

    def redactor(self, own: tuple[str, ...]) -> Callable[[str], str]:
        """Own values, mobile numbers and mail addresses become spans."""

        def redact(text: str) -> str:
            for value in sorted(own, key=len, reverse=True):
                text = text.replace(value, "[客户]")
            return re.sub(r"1[3-9]\d{9}|[\w.]+@[\w.]+", "[联系方式]", text)

        return redact
