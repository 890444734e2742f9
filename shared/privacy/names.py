"""Full names of people in Chinese text: before a title, or behind a word that announces a name (pure).

A surname with a title (王女士, 李工) identifies nobody and stays. A name in running prose (张伟说可以退) is not found:
no list of surnames tells it from a word. The lists leave out surnames that mostly are words (和, 时, 能, 全).
"""

import re
from collections.abc import Iterator

from shared.privacy.places import PLACES
from shared.privacy.span import Span, before

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜"
    "崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文"
    "牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕裴霍涂苗谷盛曲翁冉骆蓝"
    "路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶牟艾尤阳穆司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂佟应臧"
    "闵苟邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩池麻封谈匡鞠惠荆乐冀郁南班储原栗燕楚鄢谌奚皮冼蔺楼盘满闻厉伊"
    "仝郜阚花权强屠朴练廉禹祖巴丰卿狄索宣晋扈晁芮阙戈雍辜邰杭宿洪赖茅危井浦农郗骞逄毋阴习蓟苌闾靖湛季佘劳邸单苑成"
)
_COMPOUND = frozenset(
    """
    欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 司徒 夏侯 轩辕 端木 南宫 百里
    呼延 独孤 西门 拓跋 闻人 申屠
    """.split()
)
_GIVEN = frozenset(
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛超霞平刚桂兰华建国红梅玉萍志新海波晓雪文斌宇浩凯健俊鹏飞辉宏鑫博瑞欣怡佳婷"
    "慧琳雅倩莉玲燕云月凤春秋冬兵峰锋雷霖亮东南江河山川林森松柏柳青兴旺富贵荣昌盛祥福禄寿喜庆吉康宁安泰和顺远方圆"
    "永恒德仁义礼智忠孝诚善良美爱思恩惠淑贤贞洁清正毅成胜利诗书画琴棋歌韵雨露霜冰阳星辰光晨曦彤虹翠碧蓝紫丹彩银珠"
    "宝玺琪瑶瑾瑜璇珊珍珂琦琼璐梦蝶莺鸿鹤鹰龙虎豹麟骏凡乔依菲蓓蕾薇莲荷菊茜芝芬芸莹萱蓉蕊茹茂蔚岚岩峻崇嵩屹昊旭昱"
    "晟晖晴景曼朗栋梁桐楠槐榕桦桃枫传仪伦佩俪俐倬儒元克冠凌勋卓占友古君启哲嘉坤培城增士天太奇妍妮姗姝姣娅娇娥娴婉"
    "婵媛嫣嫦子学守宗宜家宾尚少展岭峥巍帆广廷延弘彦彪彬影征心忆怀恺悦惟慈懿才振承拓挺捷敦敬昀易昕昭晋晶暄曙朋杨栩"
    "梓梧楚榆樱欢武毓民汉汝沁沛泓泽津洪浚润涵淇淳深渊湘源溪滨潇潮澄澜灵炎炜炫炳烁烨焕煜熙燃爽牧玄玮环珀珏琛琰瑛璋"
    "璞甜田益盈睿睦砚祖祺禹秉竞竹笑笙筠简素纯纲绍绮绪维绿群羽翔翰耀聪肖胤舒舟航若苑苒苏茗荔菁菡葵蒙蓬虔衡裕西许诺"
    "谦谨豪贝赫越轩迅逸遥邦郁钊钟钢钧钦铁铭锐锡锦镇镜闯隆雁雄雯霄霆韬韶颂颖颜风馨香驰骁骞魁鲁鸣鹃麒黎黛默齐乾亚之"
    "乐仙伯佑修兆勃勉卉咏墨夏夕妙娣寅尧岸峤巧希幸庭忱恬慕扬敖明映木杏杉果格楷樊沐沫浪淮淼湖滔灏烈照珺球琬玫瑗璟白"
    "皓真秾章端笛粟粤继罗翎耘胡艺芊芷苓茵荃莞菱萃葆蕙蕴辛达迎连霓霁音飏鱼鲜鸥圣宪孟小大中仕世根生水火金余媚娉婕妃"
    "琤怜晗涓宽冉妹姐岳亭昆朝阁尔儿妤畅帅想万桥仑力"
)
_WORDS = PLACES | frozenset(
    """
    凌晨 林林 包和 安全 安静 安心 安卓 安宁 安康 平安 高山 高峰 高明 高远 高端 高亮 高清 黄金
    黄山 白金 白天 白云 金牌 金银 金星 金山 金融 金卡 文明 文艺 文学 文章 成功 成本 常春 常青
    马云 万元 万达 万家 华东 华南 华北 华中 华西 江南 江北 江东 海关 方向 方正 方圆 康佳 温和
    顾家 项目 时光 明天 路由 连锁 景象 阳光 强大 花园 花东 南海 南北 南山 陆家 简明 司南 管家
    管明 黎明 石家 石材 关子 关心 权益 汪洋 车友 车水 舒心 舒爽 乐园 蓝光 蓝天 蓝海 安徽 强生
    雷达 雷克 麦子 米家 万安 钱宝 计生 水天 沙河 路飞 谷子 桑拿
    """.split()
)
"""Words, firms and places that look like a surname with a given name."""

_TITLE = re.compile(
    r" ?(?:先生|女士|小姐|太太|同志|老师|师傅|(?:副|总)?经理|(?:副|总|高级)?工程师|(?:副)?总监|(?:副)?主任|主管"
    r"|老板|博士|教授|医生|律师(?!事务所)|会计(?!师)|(?:副)?(?:部长|处长|科长|店长)|董事长"
    r"|(?:副)?总裁?(?![是结计体数额部量共会价监之能的要觉站督]))"
)
_ANNOUNCED = re.compile(
    r"(?P<cue>姓名|联系人|[收寄]件人|收货人|签收人|经办人|负责人|投诉人|申请人|当事人|户名|机主|法人|业务员|名字|我叫|本人叫"
    r"|(?:经理|客服|专员|顾问|司机|师傅)(?=:)|(?P<me>我是))\s{0,2}(?P<said>[:为叫是]?)\s{0,2}"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_AFTER = re.compile(r"先生|女士|小姐|电话|手机|住|的|身份证|微信|邮箱|来自|收$|收[^\u4e00-\u9fff]")
_NOT_GIVEN = frozenset("的了是不在有我你们和与或及没请填写这那个为要就都也把被让给到说错误")
_THANKS = ("感谢", "多谢", "谢谢", "致谢")


def names(flat: str) -> Iterator[Span]:
    """Full names in a text of one width; value: the name itself. The title is not part of the span."""
    for match in _TITLE.finditer(flat):
        length = _name_ending(before(flat, match.start()))
        if length:
            yield _span(flat, match.start() - length, length)
    for match in _ANNOUNCED.finditer(flat):
        length = _name_beginning(flat[match.end() : match.end() + 10], match)
        if length:
            yield _span(flat, match.end(), length)


def _span(flat: str, start: int, length: int) -> Span:
    return Span("name", start, start + length, flat[start : start + length])


def _name_ending(left: str) -> int:
    """The length of the full name that a text ends with; 0: none."""
    for length in (4, 3, 2):
        name = left[-length:]
        if len(name) == length and _is_known(name) and left[-length - 1 : 1 - length] not in _THANKS:
            return length
    return 0


def _name_beginning(right: str, cue: re.Match[str]) -> int:
    """The length of the full name that a text begins with; 0: none.

    Behind a colon any given name will do when the text breaks off after it; without one only a usual given name.
    """
    for length in (4, 3, 2):
        name, after = right[:length], right[length:]
        ends = not _HAN.match(after)
        if len(name) < length or (cue["me"] and not ends):
            continue
        announced = bool(cue["said"] or "叫" in cue["cue"]) and not cue["me"]
        usual = _is_known(name) and not (length == 2 and not ends and _is_known(right[:3]))
        if usual and (ends or not cue["me"]) and ("叫" not in cue["cue"] or ends or _AFTER.match(after)):
            return length
        if announced and _could_be(name) and (ends or _AFTER.match(after)):
            return length
    return 0


def _split(name: str) -> tuple[str, str]:
    """Surname and given name; given name empty: this begins with no surname."""
    if name[:2] in _COMPOUND:
        return name[:2], name[2:]
    return (name[0], name[1:]) if name[0] in _SURNAMES and len(name) < 4 else (name, "")


def _is_known(name: str) -> bool:
    """Whether a text is a surname and a usual given name, and no common word."""
    given = _split(name)[1]
    return bool(given) and _GIVEN.issuperset(given) and name not in _WORDS and name[:2] not in PLACES


def _could_be(name: str) -> bool:
    """Whether a text may be a name where one is announced."""
    given = _split(name)[1]
    return bool(given) and all(map(_HAN.match, given)) and _NOT_GIVEN.isdisjoint(given) and name not in _WORDS
