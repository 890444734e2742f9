"""Whether a demand's text says something that can be handled, and which facts it states. Pure.

Words are compared in plain form. A *letter* is a Chinese character or half a word of any other script. A clear demand
called vague annoys a customer, a vague one let through costs the handler a question: every rule leans to letting
through.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

MOST_TEXT = 20_000

_PIECE = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")
_SIGNS = {
    "when": (
        r"(?:19|20)\d\d[-/.年]\d{1,2}|\d{1,2}月|\d{1,2}[:点]|\d{1,2}[日号](?![楼机线码])|\d{1,3}天[前后内]"
        r"|[今昨明后]天|前天|[今昨]晚|今早|早上|上午|中午|下午|晚上|凌晨|[上下本这]个?(?:周|月|星期|季度)|周[一二三四五六日]"
        r"|星期[一二三四五六日天]|去年|今年|刚才|刚刚|国庆|春节|\b(?:yesterday|today|tomorrow|last (?:week|month|night)"
        r"|monday|tuesday|wednesday|thursday|friday)\b|\b\d{1,2} ?[ap]m\b"
    ),
    "where": (
        r"模块|页面|界面|首页|主页|登录页|详情页|后台|前台|官网|网站|列表|菜单|按钮|搜索框|输入框|小程序|移动端|手机端|电脑端|app"
        r"|报表|模板|工作台|[客用]户管理|仓库|审批|[结算支付]{2}时|门店|柜台|机房|车间|会议室|左下角|右上角"
        r"|\b(?:page|screen|module|menu|button|form|dashboard|website)s?\b"
    ),
    "what": (
        r"无法|(?<!能)不能|没法|打不开|登[录陆]?不[上了]|[连接传导充换退装打搜查找改删存收发识][^，。！？,.!?\s]{0,3}不[了上进出到开动]"
        r"|用不了|没反应|没响应|加载|换人|报错|闪退|死机|卡死|卡顿|白屏|黑屏|崩溃|掉线|断网|断电|漏[水电气油]"
        r"|漏发|少[发收送了]|多[收扣发付]|发错|送错|开错|弄错"
        r"|破损|破了|损坏|坏了[^，。]|碎了|湿|丢失|丢件|没[收到更发退]|未[收到更发退]|没有[到收通更发退]|不制冷|不制热|不亮|不响|异响|电流声"
        r"|失[效灵败]|负数|对不上|不一致|重复|缺[少货件]|错[误位码乱]|乱码"
        r"|延迟|迟到|爽约|超时|过期|过敏|掉色|起皮|卡纸|读数|骂人|威胁|私自|撞|误充|忘了"
        r"|退[货款换费订]|换货|换个|换成|改[成为收地]|变更|修改|更换|撤[销回]|取消|注销|开通|关闭|延长|续费|催|查一?下|查询"
        r"|增加|加[一个上入]|新增|支持|对接|导[入出]|批量|筛选|排序|打印|下载|上传|预览|发票"
        r"|怎么[开收用办弄改设查]|多少钱|报价|收费|保修|物流"
        r"|\b(?:cannot|can't|unable|does nothing|fails?|failed|missing"
        r"|crash(?:es|ed)?|wrong|refund|return|export|import|invoice|login|log in)\b"
    ),
    "order": (
        r"(?:订单|合同|运单|快递|工单|单|编)号?(?:编号|号码)?\s?[:是为]?\s?#?[a-z]{0,4}-?\d[\da-z-]{4,}"
        r"|\b(?:order|contract|ticket)s? (?:no\.? ?|number )?#?[a-z]{0,4}\d[\w-]{4,}"
        r"|\b[a-z]{2,4}\d{8,}|\b\d{6}-[a-z]{2,5}-\d+"
    ),
    "number": (
        r"[¥$]\s?\d|\d\s?(?:%|元|块|万|件|台|个|次|条|支|瓶|箱|人|位|户|用户|吨|公斤|kg|米|页|份|套"
        r"|小时|分钟|秒|mb|gb|ms|usd|rmb)"
    ),
    "error": (
        r"(?:错误码|错误代码|报错|报|提示|error(?: code)?|http|code)[\s:]{0,3}[a-z]{0,5}[- ]?\d{3,}"
        r"|\b0x[0-9a-f]{4,}|\b(?:ora|err|e)-?\d{3,6}\b"
    ),
}
_HINTS = {name: re.compile(pattern, re.ASCII) for name, pattern in _SIGNS.items()}


def plain(text: str) -> str:
    """Text as rules compare it: one width of letters, lower case, bounded."""
    return unicodedata.normalize("NFKC", text[:MOST_TEXT]).casefold()


def is_vague(
    text: str, *, phrases: Sequence[str], filler: Sequence[str] = (), shortest: int = 4, enough_left: int = 4
) -> bool:
    """Whether a text says nothing that can be handled (policy A: 系统不好用; policy C: 有问题).

    Vague is a text of fewer than `shortest` letters, one that repeats a sign or two, one that is filler only, and one
    that says a phrase with fewer than `enough_left` letters beside phrases and filler, unless these tell what happened
    or what is wanted (有问题：空调漏水). `phrases` and `filler` stand in plain form.
    """
    said = plain(text)
    if _letters(said) < shortest or len(set(filter(str.isalnum, said))) <= 2:
        return True
    rest = _words(tuple(phrases)).sub(" ", said)
    left = _words(tuple(filler)).sub(" ", rest)
    if _letters(left) == 0:
        return True
    return rest != said and _letters(left) < enough_left and hints(rest).isdisjoint(("what", "error"))


def hints(text: str) -> frozenset[str]:
    """Which facts a text states, of when, where (module, page, place), what (happened or is wanted), order (its number
    or a contract's), number (a count or amount) and error (a code).
    """
    said = plain(text)
    return frozenset(name for name, pattern in _HINTS.items() if pattern.search(said))


def _letters(text: str) -> int:
    return sum(1 if "\u3400" <= piece <= "\u9fff" else 2 for piece in _PIECE.findall(text))


@lru_cache(maxsize=64)
def _words(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words, longest first; words of Latin letters only as whole words."""
    choices = [
        rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word)
        for word in sorted(words, key=len, reverse=True)
    ]
    return re.compile("|".join(choices) or r"(?!)")
