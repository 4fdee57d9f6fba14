"""Names of ordinary persons in a text whose display has ended (pure): 张** for three characters, 张* for two.

A published text stays after its display, but nobody needs its names for longer (PIPL arts. 19, 47; that they are masked
at the end of the display is this portal's own rule). Names are found by where they stand, as there is no list of
residents: in a column headed 姓名, after 申请人：or 居民, before 同志 or 女士, and the like of these; a name of two
characters may be set with a space, 王　芳. A help and not a proof: what must not be read at all is redacted. Who is
`known` (holders of public offices, the signer, the reviewer) keeps the name.
"""

import re
from itertools import chain

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗方俞任袁柳鲍史唐费廉岑"
    "薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余顾孟黄穆萧尹姚邵汪祁毛禹狄米贝臧戴谈宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾路娄江童颜郭"
    "梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万柯卢莫房解应丁邓洪包左石崔吉龚程邢裴陆荣翁荀焦侯全班秋仲伊宫宁仇栾甘厉祖武符刘景詹"
    "龙叶司黎白蒲卓池乔闻党翟谭劳姬申冉桑桂牛边尚温庄晏柴瞿阎习向古易廖耿匡欧辛阚简饶曾关肖涂段钮"
)
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|长孙|夏侯|端木|司徒|令狐|南宫"
_NAME = rf"(?:(?:{_COMPOUND})[\u4e00-\u9fff]{{1,2}}|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})"
_ALONE = re.compile(_NAME)
_CELL_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,6})?")
# Columns of names, by a word in their heading.
_NAME_COLUMN = re.compile(
    "姓名|户主|申请人|救助对象|受助人|保障对象|享受对象|发放对象|捐赠人|志愿者|联系人|委托人|受托人|代理人|领取人|签收人|经手人|家庭成员"
)
_BETWEEN = "[、，,；; \u3000]+"
_LABELLED = re.compile(
    r"(?:姓名|户主|申请人|救助对象|受助人|捐赠人|志愿者|联系人|委托人|受托人|代理人|领取人|报名人|推荐人|异议人|名单|人员)[：:]\s*"
    rf"((?:[\u4e00-\u9fff]{{2,4}}{_BETWEEN})*[\u4e00-\u9fff]{{2,4}})(?=[、，,；;。.\s（(等]|$)",
    re.MULTILINE,
)
# Whoever a word before a colon stands for, when what follows begins with a surname: 补贴对象：, 中标人：, 获奖家庭：.
_ROLE = re.compile(
    rf"(?:对象|家庭|[人户者])[：:]\s*((?:{_NAME}(?:家庭)?{_BETWEEN})*{_NAME})(?=家庭|[、，,；;。.\s（(等]|$)",
    re.MULTILINE,
)
_NEXT = (
    r"(?=[，。、；：（(\s]|同志|先生|女士|老人|夫妇|等|反映|提出|申请|捐|家|户|热心|积极|主动|自愿|参与|参加|表示|建议|投诉|举报"
    r"|要求|询问|咨询|来电|来访|同意|因|向|为|在|于|将|对|和|与|$)"
)
_AFTER = re.compile(
    rf"(?:居民|村民|业主|住户|户主|群众|志愿者|申请人|租户|家属)({_NAME}?(?:、{_NAME})*){_NEXT}", re.MULTILINE
)
_BEFORE = re.compile(rf"((?:{_NAME}、)*{_NAME})(?=同志|先生|女士|老人|夫妇|一家|等\d+[名人户位])")
# Words that begin like a name and are none.
_COMMON = """
    安全 方便 方案 高度 高空 高龄 管理 关于 关心 关注 关系 时间 金额 项目 单位 应当 应急 解决
    解释 解答 全体 全部 全年 向上 常住 常见 许可 房屋 房主 路灯 路面 章程 计划 程序 温馨 宁可
    荣誉 景观 古树 易燃 简易 任务 任何 何时 何种 万元 乐于 于是 包括 包装 党员 党组 党支 左右
    石材 牛奶 白天 白色 田间 林木 江边 马路 广大 季度 史料 成员 代表 家庭 老人 同志 小组
"""
_WORDS = frozenset(_COMMON.split())
# Two characters that stand apart from all others, as official print sets a short name: 王　芳, and 姓　名 above it.
_SPACED = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]([ \u3000]{1,4})[\u4e00-\u9fff](?![\u4e00-\u9fff])")
_SPACES = str.maketrans("", "", " \u3000")


def mask(name):
    """张三 is 张*, 欧阳修 and 张建国 are 欧** and 张**."""
    return name[0] + "*" * (2 if len(name) > 2 else 1)


def names_in(text):
    """The names of persons that `text` seems to hold, without spaces in them."""
    return {bare(text[start:end]) for start, end in _spans(text)}


def names_in_file(text):
    """The same of what is read in a file, whose tables come apart: where a heading of names stands, every piece that
    reads like a name is one.
    """
    if not _NAME_COLUMN.search(text):
        return names_in(text)
    pieces = {piece for piece in text.split() if _ALONE.fullmatch(piece) and piece[:2] not in _WORDS}
    return names_in(text) | pieces


def masked(text, known=()):
    """`text` with every name masked that is not among those `known`."""
    pieces, last = [], 0
    for start, end in sorted(_spans(text)):
        if start >= last and (name := bare(text[start:end])) not in known:
            pieces += [text[last:start], mask(name)]
            last = end
    return "".join([*pieces, text[last:]])


def bare(name):
    """`name` without the spaces that stand in it."""
    return name.translate(_SPACES)


def _spans(text):
    """Where names stand: {(start, end)}. They are looked for in the text without the spaces inside of them."""
    gaps = {place for match in _SPACED.finditer(text) for place in range(*match.span(1))}
    places = [place for place in range(len(text)) if place not in gaps] if gaps else range(len(text))
    tight = "".join(text[place] for place in places) if gaps else text
    return {(places[start], places[end - 1] + 1) for start, end in _tight_spans(tight)}


def _tight_spans(text):
    found = {
        span
        for pattern in (_LABELLED, _ROLE, _AFTER, _BEFORE)
        for match in pattern.finditer(text)
        for span in _split(match[1], match.start(1))
        if text[span[0] : span[0] + 2] not in _WORDS
    }
    return found.union(_in_columns(text))


def _split(names, at):
    """The places of the names in a list of them that begins at `at`."""
    for match in re.finditer(r"([^、，,；; \u3000\n]+?)(?:家庭)?(?:[、，,；; \u3000\n]|$)", names):
        if len(match[1]) > 1:
            yield at + match.start(1), at + match.end(1)


def _in_columns(text):
    """The cells below the headings of names; a table is lines with tabs, the first of which is its head.

    Lines with commas are one too if they have as many cells as their head, of which one says 姓名 or the like.
    """
    comma, columns, width, at = "\t", None, 0, 0
    for line in text.split("\n"):
        if columns is None:
            comma = next((mark for mark in "\t,，" if mark in line), "\t")
        cells = line.split(comma)
        places = _places(cells, at)
        at += len(line) + 1
        if len(cells) == 1 or (columns is not None and comma != "\t" and len(cells) != width):
            columns = None
        elif columns is None:
            is_head = _NAME_COLUMN.search if comma == "\t" else _NAME_COLUMN.fullmatch
            found = [number for number, cell in enumerate(cells) if is_head(cell.strip())]
            columns, width = found if found or comma == "\t" else None, len(cells)
        else:
            yield from chain.from_iterable(
                _split(cells[number], places[number])
                if "、" in cells[number]
                else _whole(cells[number], places[number])
                for number in columns
                if number < len(cells)
            )


def _places(cells, at):
    """Where each cell of a line that begins at `at` begins."""
    places = []
    for cell in cells:
        places.append(at)
        at += len(cell) + 1
    return places


def _whole(cell, at):
    name = cell.strip()
    if _CELL_NAME.fullmatch(name):
        start = at + cell.index(name)
        yield start, start + len(name)
