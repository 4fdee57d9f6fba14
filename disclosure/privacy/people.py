"""Illness and family hardship where they stand beside somebody's name (pure). Words alone are no personal data.

Names are guessed from the commonest 350 surnames: a guess that misses rare ones, and is told what is no given name.
"""

import re

from disclosure.privacy.kinds import Sort
from disclosure.privacy.reading import Spans

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈姚卢姜崔"
    "钟谭陆范汪廖石金韦贾夏付傅方邹熊白孟秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢"
    "安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴"
    "蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬"
    "师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝顺丰厉竺楼裘屠"
)
SURNAME = f"(?:欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|令狐|慕容|夏侯|司徒|[{_SURNAMES}])"
_HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
# Characters of words, not of given names: 高血压, 方案, 时间, 金额 …
_NO_GIVEN = (
    "病症癌血压障瘤的了是在和与及或等各类项目员区街道委会站所院校室部门数量额元费用间日月年期别级标准况案务者保"
    "障工程补贴院内疾体检康复险"
)
GIVEN = f"(?:(?![{_NO_GIVEN}])[{_HAN}])"
_TITLE = (
    "居民|村民|业主|户主|老人|党员|患者|同志|租户|住户|学生|职工|特困人员|低保对象|低保户|困难群众|残疾人|退役军人|申请人|"
    "妻子|丈夫|儿子|女儿|父亲|母亲|姓名:?"
)
_AFTER = (
    "因|身患|患|系|家庭|家中|被|已|之|确诊|长期|同志|是|的|有|一家|夫妇|本人|住|于|自|近|突|常年|丧|离|"
    "单亲|失|为|电话|手机|身份证|出生|男|女"
)
_NAME = re.compile(
    rf"{SURNAME}(?:某{{1,2}}|[*xX×〇]{{1,3}}|大爷|大妈|奶奶|爷爷|阿姨|叔叔|先生|女士|老师|师傅|老人|家)"
    rf"|(?:(?<![{_HAN}])|(?<=居民|村民|业主|户主|老人|党员|患者|同志|租户|住户|学生|职工))"
    rf"{SURNAME}{GIVEN}{{1,2}}?(?=[^{_HAN}]|$|{_AFTER})"
    rf"|(?:{_TITLE}){SURNAME}{GIVEN}{{1,2}}"
)
# A programme against an illness is none: 糖尿病筛查, 残疾人补贴, 大病救助.
_PROGRAMME = "(?!人|救助|保险|补贴|医保|筛查|讲座|防治|知识|宣传|预防|义诊|体检|康复|关爱|帮扶|日|门诊|健康|管理|服务)"
_HEALTH = re.compile(
    "(?:(?:[肺肝胃肠乳食鼻咽喉甲状腺宫颈前列淋巴骨]{1,3})?癌症?|肿瘤|白血病|尿毒症|透析|化疗|放疗|艾滋病?|HIV|梅毒|乙肝|丙肝|肺结核|"
    "精神病|精神分裂症?|精神障碍|抑郁症|双相情感|自闭症|孤独症|癫痫|糖尿病|高血压|心脏病|冠心病|脑梗|脑出血|脑瘫|中风|偏瘫|瘫痪|截肢|"
    "残疾证|残疾等级|[一二三四1-4]级残疾|(?:肢体|视力|听力|言语|智力|精神|多重)残疾[一二三四1-4]?级?|失能|失智|(?:智力|视力|听力|言语)障碍|盲人(?!按摩|电影|协会|通道|图书)|聋哑人?|聋人|血友病|罕见病|骨折|阿尔茨海默症?|帕金森|"
    "重病|大病|患病|患有|身患|病历|病情|确诊|重度烧伤|怀孕|流产|智障|卧病|卧床不起|肾衰竭|肝硬化|慢阻肺|股骨头坏死|红斑狼疮)"
    + _PROGRAMME
)
_HARDSHIP = re.compile(
    "离异|离婚|丧偶|单亲|孤儿|弃婴|服刑|刑满释放|社区矫正|吸毒|戒毒|失独|家暴|家庭暴力|负债|欠债|因病致贫|因学致贫|家境贫寒|家庭贫困|"
    "家庭困难|生活困难|生活不能自理|无劳动能力|丧失劳动能力|留守儿童|事实无人抚养|父母双亡|酗酒|赌博"
)
_BEFORE, _BEHIND = 18, 8
_FARTHEST = 90  # before a word, with all the figures that stand between
_FIGURE = re.compile(r"[0-9Xx*\s,:\-]")
_SENTENCE = re.compile("[。!?;\n]")


def find_people(reading):
    """(start, end, sort) in a `Reading`: words of illness or hardship in the sentence or row of a name close by."""
    plain = reading.plain
    hits = [
        (match.start(), match.end(), sort)
        for pattern, sort in ((_HEALTH, Sort.HEALTH), (_HARDSHIP, Sort.HARDSHIP))
        for match in pattern.finditer(plain)
    ]
    if not hits:
        return
    names = Spans(match.span() for match in _NAME.finditer(plain))
    for start, end, sort in hits:
        if names.near(*(reading.row(start) or _sentence_around(plain, start, end))):
            yield start, end, sort


def _sentence_around(plain, start, end):
    """(start, end) of what stands close by in the same sentence; numbers between a name and a word part them not."""
    before = _SENTENCE.split(plain[max(0, start - _FARTHEST) : start])[-1]
    words = [at for at, char in enumerate(before) if not _FIGURE.match(char)] if _FIGURE.search(before) else ()
    first = words[-_BEFORE] if len(words) > _BEFORE else 0 if words else -_BEFORE
    before = before[first:]
    behind = _SENTENCE.split(plain[end : end + _BEHIND])[0]
    return start - len(before), end + len(behind)
