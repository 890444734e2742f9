"""How well vague texts and stated facts are told in the labelled sample.

`python -m tests.shared.policies.clarity_score` prints the tables of docs/finders.md; `seen` behind it adds that part's
faults.
"""

import json
import sys
from pathlib import Path
from typing import Any

from shared.policies.clarity import hints, is_vague

PARTS = ("seen", "unseen")
STATES = ("when", "where", "what", "order", "number", "error")

PHRASES = (
    *"""
    有问题 有点问题 有点小问题 有些问题 小问题 出问题 老问题 的问题 问题 不太满意 不满意 不满 不好用 不好使
    难用 用不了 不能用 没法用 坏了 又坏 不行 投诉 太差 很差 好差 差劲 差评 质量差 态度差 态度太差 服务差
    服务不到位 体验不好 体验 不方便 不舒服 不完善 不稳定 不好 太慢 很慢 慢 老是出错 出错 有bug 出bug bug
    异常 垃圾 失望 生气 受不了 烦 不敢恭维 怎么回事 说法 改进 优化 建议 需求 定制开发 咨询 问个问题 处理
    解决 联系 测试 影响 退钱
    """.split(),
    *(
        "not good",
        "problem",
        "problems",
        "does not work",
        "doesn't work",
        "not satisfied",
        "slow",
        "bad",
        "useless",
        "fix it",
        "what the hell",
    ),
)
"""As the policies should list them."""

FILLER = (
    *"""
    你们的 你们 你 您好 您 你好 在吗 有人吗 我们 我 贵公司 公司 这个 那个 这 那 有些 有点 一些 一个 系统
    软件 产品 平台 东西 服务 客服 功能 工作 app 一直 老是 总是 每次 都 真的 真 实在 非常 特别 感到 感觉 感受
    太 很 又 还 再 就 也 了 啊 吧 呢 吗 呀 亲 唉 的 是 在 对 到底 好 请问 请 麻烦 帮我 帮忙 给我 给 一下
    尽快 马上 快点 赶紧 必须 希望 希望能 能不能 能 可以 想要 想 要 谢谢 配合 重视 答复 回复 回个 电话 看
    用起来 使用 用 上次 之前 说 没有 没 事情 来 不来 总体来说 下去 做得 做 更好 点 过 来了 谁 知道 懂 上心
    而且 还是
    """.split(),
    *(
        "the",
        "a",
        "is",
        "it",
        "my",
        "your",
        "you",
        "i",
        "with",
        "at",
        "all",
        "some",
        "please",
        "plz",
        "help",
        "me",
        "thanks",
        "asap",
        "product",
        "system",
        "very",
        "hello",
    ),
)
"""As the policies should list them."""


def rows(part: str) -> list[dict[str, Any]]:
    """Of one part: text, vague, states."""
    lines = Path(__file__).with_name("clarity_sample.jsonl").read_text("utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["part"] == part]


def judged(text: str) -> bool:
    """Whether a text is vague by the recommended words."""
    return is_vague(text, phrases=PHRASES, filler=FILLER)


def vague_score(part: str) -> tuple[int, int, int]:
    """(vague texts, texts called vague, rightly so)."""
    found = [(row["vague"], judged(row["text"])) for row in rows(part)]
    return sum(is_so for is_so, _ in found), sum(said for _, said in found), sum(a and b for a, b in found)


def state_score(part: str, state: str) -> tuple[int, int, int]:
    """The same of one stated fact."""
    found = [(state in row["states"], state in hints(row["text"])) for row in rows(part)]
    return sum(is_so for is_so, _ in found), sum(said for _, said in found), sum(a and b for a, b in found)


def table() -> str:
    """The markdown table."""
    lines = ["| judgement | part | labels | finds | precision | recall |", "|---|---|---|---|---|---|"]
    for name in ("vague", *STATES):
        for part in PARTS:
            labels, finds, right = vague_score(part) if name == "vague" else state_score(part, name)
            precision, recall = right / finds if finds else 1.0, right / labels if labels else 1.0
            lines.append(f"| {name} | {part} | {labels} | {finds} | {precision:.3f} | {recall:.3f} |")
    return "\n".join(lines)


def faults(part: str) -> str:
    """Texts judged otherwise than labelled."""
    lines = []
    for row in rows(part):
        got = hints(row["text"])
        if judged(row["text"]) != row["vague"]:
            lines.append(f"vague? {row['vague']} {row['text']}")
        if set(row["states"]) != got:
            lines.append(f"{row['text']}: -{sorted(set(row['states']) - got)} +{sorted(got - set(row['states']))}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
    for name in sys.argv[1:]:
        sys.stdout.write(f"\n{name}\n{faults(name)}\n")
