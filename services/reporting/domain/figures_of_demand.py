"""Figures about what was asked for: counts, types, problems, industries, feedback, tiers, sources, fields. Pure."""

from services.reporting.domain.figure import (
    COUNT,
    SHARE,
    UNKNOWN,
    Figure,
    FigureRow,
    Material,
    Row,
    by_count,
    grouped,
    labelled,
    numbers_of,
    percent,
    type_label,
)
from services.reporting.domain.problems import problem_of
from shared.policies import interpret
from shared.policies.facts import Facts
from shared.policies.parts import Text

TOP = 5
SOURCE_FIELD = "source"
"""A policy that asks customers where they come from names that field so."""
_RECEIVED = Text("本期内接收的需求", "Demands received in the period")


def count(material: Material) -> Figure:
    """How many came in, were completed and were closed."""
    named = (
        ("接收 received", material.received),
        ("完成 completed", material.completed),
        ("关闭 closed", material.closed),
    )
    return Figure(
        "count",
        Text("需求数量", "Number of demands"),
        Text(
            "本期内接收、完成（最后一次）、关闭的需求，不含垃圾信息",
            "Demands received, (last) completed and closed in the period, without spam",
        ),
        (Text("项目", "What"), COUNT),
        tuple(FigureRow((name, len(rows)), numbers_of(rows)) for name, rows in named),
    )


def types(material: Material) -> Figure:
    """By type, the most frequent first."""
    rows = by_count(grouped(material.received, type_label), len(material.received))
    return Figure("types", Text("需求类型分布", "Types"), _RECEIVED, (Text("类型", "Type"), COUNT, SHARE), rows)


def top_problems(material: Material) -> Figure:
    """The five most frequent problems, by domain.problems."""
    groups = grouped(material.received, lambda row: problem_of(material.policy, row))
    return Figure(
        "top_problems",
        Text(f"高频问题 TOP{TOP}", f"TOP{TOP} problems"),
        Text(
            "本期内接收的需求，按类型与正文中的制度用词归并：先取该类型分派规则的主题词，再取该类型权重最高的关键词，"
            "相同取较长者；都没有的按类型归并",
            "Demands received in the period, put together by type and a word of the policy in the text: a topic by "
            "which that type is routed, else the heaviest of its words, the longest of those alike; the type alone "
            "where there is none",
        ),
        (Text("问题", "Problem"), COUNT, SHARE),
        by_count(groups, len(material.received))[:TOP],
    )


def industries(material: Material) -> Figure:
    """By the customer's industry."""
    rows = by_count(grouped(material.received, lambda row: row["industry"] or UNKNOWN), len(material.received))
    return Figure(
        "industries", Text("行业分布", "Industries"), _RECEIVED, (Text("行业", "Industry"), COUNT, SHARE), rows
    )


def feedback_problems(material: Material) -> Figure:
    """Opinions that came in, by kind, and each problem with its text."""
    given = [row for row in material.received if (row["feedback"] or {}).get("kind")]
    kinds = material.policy.feedback.kinds
    groups = grouped(given, lambda row: labelled(kinds, row["feedback"]["kind"]))
    rows = [FigureRow((name, len(found), ""), numbers_of(found)) for name, found in sorted(groups.items())]
    rows += [
        FigureRow((problem_of(material.policy, row), "", row["feedback"].get("text") or row["description"] or ""),
                  (row["number"],))
        for row in _problems(material)
    ]  # fmt: skip
    return Figure(
        "feedback_problems",
        Text("反馈与问题", "Feedback and problems"),
        Text("本期内随需求或单独收到的反馈；问题类逐条列出", "Feedback received in the period; problems one by one"),
        (Text("类型或问题", "Kind or problem"), COUNT, Text("内容", "Text")),
        tuple(rows),
    )


def improvement_plan(material: Material) -> Figure:
    """One line per problem: what is done about it, as far as it is recorded, and room for the rest."""
    rows = [
        FigureRow(
            (problem_of(material.policy, row), row["measure"] or "", row["status_label"] or "", ""), (row["number"],)
        )
        for row in _problems(material)
    ]
    return Figure(
        "improvement_plan",
        Text("改进计划", "Improvement plan"),
        Text(
            "本期内收到的每个反馈问题一行；措施取自关闭时的记录，责任人与期限由负责人填写，下期跟进",
            "One line per problem received in the period; measures as recorded on closing, who and by when is filled "
            "in by the owner and followed up in the next period",
        ),
        (
            Text("问题", "Problem"),
            Text("措施", "Measure"),
            Text("状态", "Status"),
            Text("责任人、期限", "Who, by when"),
        ),
        (*rows, FigureRow(("", "", "", ""))),
    )


def tiers(material: Material) -> Figure:
    """Customers by the highest tier that their demands of the period give them."""
    order = [one.code for one in material.policy.tiers]
    best: dict[str, int] = {}
    for row in material.received:
        found = interpret.tier(material.policy, _facts(row))
        if found is not None:
            place = order.index(found.code)
            best[row["customer_number"]] = min(place, best.get(row["customer_number"], place))
    rows = []
    for place, tier in enumerate(material.policy.tiers):
        members = {customer for customer, reached in best.items() if reached == place}
        numbers = numbers_of(row for row in material.received if row["customer_number"] in members)
        rows.append(
            FigureRow((tier.label.zh, len(members), percent(len(members), len(best)), tier.service.zh), numbers)
        )
    return Figure(
        "tiers",
        Text("客户分层", "Customer tiers"),
        Text(
            "本期内提出需求的客户，按制度的分层规则取其各需求中最高的一层",
            "Customers with demands in the period, by the highest tier that the policy's rules give any of these",
        ),
        (Text("层级", "Tier"), Text("客户数", "Customers"), SHARE, Text("服务", "Service")),
        tuple(rows),
    )


def sources(material: Material) -> Figure:
    """By channel, and by what customers say of where they come from; done: how many reached a good end."""
    groups = {f"渠道 channel：{name}": rows for name, rows in grouped(material.received, _channel).items()}
    if any(one.code == SOURCE_FIELD for one in material.policy.fields):
        told = grouped(material.received, lambda row: _answer(material, row, SOURCE_FIELD))
        groups |= {f"来源 source：{name}": rows for name, rows in told.items()}
    ordered = sorted(groups.items(), key=lambda item: (item[0][:2], -len(item[1]), item[0]))
    rows = [
        FigureRow(
            (name, len(found), percent(len(found), len(material.received)), sum(map(_is_done, found))),
            numbers_of(found),
        )
        for name, found in ordered
    ]
    return Figure(
        "sources",
        Text("客户来源", "Sources"),
        Text(
            "本期内接收的需求按渠道、按客户自述来源统计；办结指已完成，或关闭且结果为已解决",
            "Demands received in the period by channel and by the source that customers name; done: completed, or "
            "closed as done",
        ),
        (Text("来源", "Source"), COUNT, SHARE, Text("办结", "Done")),
        tuple(rows),
    )


def field_usage(material: Material) -> Figure:
    """How often each of the policy's own fields was filled in, the rarest first."""
    rows = []
    for spec in material.policy.fields:
        if not spec.internal:
            filled = [row for row in material.received if (row["fields"] or {}).get(spec.code) not in (None, "", [])]
            rows.append(
                FigureRow(
                    (spec.label.zh, len(filled), percent(len(filled), len(material.received))), numbers_of(filled)
                )
            )
    rows.sort(key=lambda row: (row.cells[1], row.cells[0]))
    return Figure(
        "field_usage",
        Text("字段使用情况", "Field usage"),
        Text(
            "本期内接收的需求中填写了各自定义字段的数量，由少到多；很少填写的可考虑取消",
            "How many demands received in the period filled in each of the policy's fields, the rarest first",
        ),
        (Text("字段", "Field"), Text("填写数", "Filled in"), SHARE),
        tuple(rows),
    )


def _problems(material: Material) -> list[Row]:
    """Feedback that the policy handles like a demand, by number."""
    handled = {one.code for one in material.policy.feedback.kinds if one.route == "starts_handling"}
    found = [row for row in material.received if (row["feedback"] or {}).get("kind") in handled]
    return sorted(found, key=lambda row: str(row["number"]))


def _facts(row: Row) -> Facts:
    fields = row["fields"] or {}
    return Facts(
        text=f"{row['subject'] or ''}\n{row['description'] or ''}",
        type=row["type_code"],
        urgency=row["urgency"],
        mood=row["mood"],
        customer_kind=row["customer_kind"],
        customer_value=row["value"],
        industry=row["industry"],
        product=row["product"],
        channel_kind=row["channel_kind"],
        feedback_kind=(row["feedback"] or {}).get("kind"),
        impact=row["impact"] or {},
        fields=fields,
        given=frozenset(f"fields.{code}" for code in fields),
        joint=bool(row["joining"]),
        known_customer=bool(row["known_customer"]),
    )


def _channel(row: Row) -> str:
    return row["channel"] or UNKNOWN


def _answer(material: Material, row: Row, code: str) -> str:
    spec = next(one for one in material.policy.fields if one.code == code)
    answer = (row["fields"] or {}).get(code)
    return labelled(spec.choices, answer) if isinstance(answer, str) else UNKNOWN


def _is_done(row: Row) -> bool:
    closed_well = row["status_category"] == "closed" and row["status_resolution"] == "done"
    return row["status_category"] == "completed" or closed_well
