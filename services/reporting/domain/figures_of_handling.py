"""Figures about how demands were handled: time, deadlines, satisfaction, common problems, improvements. Pure."""

from services.reporting.domain.figure import (
    COUNT,
    SHARE,
    Figure,
    FigureRow,
    Material,
    Row,
    grouped,
    labelled,
    numbers_of,
    percent,
    type_label,
)
from shared.policies.parts import Text

_ALL = "合计 all"


def average_handling_time(material: Material) -> Figure:
    """Working hours from receipt to completion, by type and in all."""
    timed = [row for row in material.completed if row["handling_minutes"] is not None]
    groups = {_ALL: timed, **dict(sorted(grouped(timed, type_label).items()))}
    rows = [
        FigureRow(
            (name, len(found), round(sum(row["handling_minutes"] for row in found) / len(found) / 60, 2)),
            numbers_of(found),
        )
        for name, found in groups.items()
        if found
    ]
    return Figure(
        "average_handling_time",
        Text("平均处理时长", "Average handling time"),
        Text(
            "本期内完成的需求，从接收到（最后一次）完成之间的工作时间，按制度的工作日历计，单位小时；之后转入再次处理的不计",
            "Demands completed in the period: hours worked by the policy's calendar from receipt to (last) completion, "
            "those handled anew since are left out",
        ),
        (Text("类型", "Type"), Text("完成数", "Completed"), Text("平均工作小时", "Working hours on average")),
        tuple(rows),
    )


def on_time_rate(material: Material) -> Figure:
    """Of the clocks due in the period, how many were kept, by clock."""
    rows = []
    labels = {one.code: one.label.zh for one in material.policy.clocks}
    decided = [row for row in material.deadlines if row["met_at"] or row["breached_at"]]
    by_clock = grouped(decided, lambda row: labels.get(row["code"]) or str(row["kind"]))
    for name, found in [*sorted(by_clock.items()), (_ALL, decided)]:
        late = [row for row in found if row["breached_at"]]
        kept = len(found) - len(late)
        if found:
            rows.append(FigureRow((name, len(found), kept, percent(kept, len(found))), numbers_of(found)))
            rows.append(FigureRow((f"{name} · 超时 late", len(late), "", ""), numbers_of(late)))
    return Figure(
        "on_time_rate",
        Text("处理及时率", "On-time rate"),
        Text(
            "到期时间在本期内、已按时完成或已超时的时限；仍在计时或暂停的不计，仅提醒的计时不计",
            "Deadlines due in the period that were kept or missed; those still running or paused, and mere reminders, "
            "are left out",
        ),
        (Text("时限", "Clock"), Text("到期数", "Due"), Text("按时", "On time"), Text("及时率 %", "On time %")),
        tuple(rows),
    )


def satisfaction(material: Material) -> Figure:
    """Levels of the policy's one scale, with the share of those who answered at all."""
    answered = grouped(material.opinions, lambda row: row["satisfaction"])
    whole = len(material.opinions)
    rows = [
        FigureRow(
            (level.label.zh, len(answered.get(level.code, ())), percent(len(answered.get(level.code, ())), whole)),
            numbers_of(answered.get(level.code, ())),
        )
        for level in material.policy.feedback.levels
    ]
    satisfied = [row for row in material.opinions if row["satisfied"]]
    silent = [row for row in material.completed if row["status_resolution"] == "no_answer"]
    answers = numbers_of(material.opinions)
    rows.append(
        FigureRow(("满意合计 satisfied", len(satisfied), percent(len(satisfied), whole)), numbers_of(satisfied))
    )
    rows.append(FigureRow(("已答复 answered", len(answers), percent(len(answers), len(material.completed))), answers))
    rows.append(
        FigureRow(
            ("未答复而关闭 closed without an answer", len(silent), percent(len(silent), len(material.completed))),
            numbers_of(silent),
        )
    )
    return Figure(
        "satisfaction",
        Text("客户满意度", "Satisfaction"),
        Text(
            "本期内完成的需求，以客户最后一次答复为准；各级占比以答复数为分母，答复率以完成数为分母；不同量表从不合并",
            "Demands completed in the period by the customer's last answer; shares of levels are of the answers, the "
            "response rate is of the completed; scales are never mixed",
        ),
        (Text("答复", "Answer"), COUNT, SHARE),
        tuple(rows),
    )


def common_problems(material: Material) -> Figure:
    """What went wrong in common: late responses, plans off, customers who were not satisfied."""
    late = grouped([row for row in material.deadlines if row["breached_at"]], lambda row: _late(material, row))
    off = grouped(material.delays, lambda row: f"计划延期 plan off：{row['reason_label']}")
    untold = [row for row in material.delays if row["late"]]
    disputed = [row for row in material.opinions if not row["satisfied"]]
    groups = {**late, **off, "延期告知过迟 customer told late": untold, "客户不满意 not satisfied": disputed}
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return Figure(
        "common_problems",
        Text("共性问题", "Common problems"),
        Text(
            "本期内到期而超时的时限、本期内的延期、告知客户过迟的延期、不满意的答复，各按次数",
            "Deadlines missed in the period, delays in it, delays that the customer was told of too late, answers that "
            "were not satisfied: how often each",
        ),
        (Text("问题", "Problem"), Text("次数", "Times")),
        tuple(FigureRow((name, len(rows)), numbers_of(rows)) for name, rows in ordered if rows),
    )


def improvements(material: Material) -> Figure:
    """Measures that were written down when demands were closed, and lines to fill in."""
    measured = [row for row in material.closed if row["measure"]]
    rows = [FigureRow((row["measure"], row["number"], ""), (row["number"],)) for row in measured]
    return Figure(
        "improvements",
        Text("改进措施", "Improvements"),
        Text(
            "本期内关闭的需求所记录的改进措施；空行由部门负责人填写",
            "Measures recorded on demands closed in the period; the empty line is for the department lead",
        ),
        (Text("措施", "Measure"), Text("来源", "From"), Text("负责人、期限", "Who, by when")),
        (*rows, FigureRow(("", "", ""))),
    )


def _late(material: Material, row: Row) -> str:
    return f"超时 late：{labelled(material.policy.clocks, row['code'])}"
