"""Addresses down to the door, birth dates, travel and military documents, licence plates, accounts (pure)."""

import re

from disclosure.privacy.kinds import Sort
from disclosure.privacy.people import GIVEN, SURNAME

_NUMERAL = "[0-9十百廿]"
# Digits with a measure or a time after them are no room.
_NO_ROOM = r"(?![\-/.][0-9]|[0-9年月日元人户个件张票米平㎡万亿%号]|会议|活动|办公|教室|多|余)"
_SIDE = r"[东西中左右南北](?:户|室|手|边|侧)?"
_DOOR = re.compile(
    # 3栋2单元501、A座1203、12号楼3单元502室、5幢-301、2单元5楼东户
    rf"(?:{_NUMERAL}{{1,4}}|(?<![A-Za-z])[A-Za-z])(?:栋|幢|号楼|座|#楼?|号院)[\s\-]{{0,2}}"
    rf"(?:{_NUMERAL}{{1,3}}(?:单元|门|梯|号楼)[\s\-]{{0,2}})?(?:{_NUMERAL}{{1,3}}(?:层|楼)[\s\-]{{0,2}})?"
    rf"(?<![0-9])(?:[0-9]{{3,4}}(?:室|房|号(?!楼)|{_NO_ROOM})|[0-9]{{1,2}}(?:室|号房|号室))"
    rf"|{_NUMERAL}{{1,3}}(?:单元|门洞)[\s\-]{{0,2}}(?:{_NUMERAL}{{1,2}}(?:层|楼)[\s\-]{{0,2}})?"
    rf"(?<![0-9])[0-9]{{3,4}}(?:室|房|号|{_NO_ROOM})"
    rf"|{_NUMERAL}{{1,4}}(?:栋|幢|号楼|单元)[\s\-]{{0,2}}(?:{_NUMERAL}{{1,3}}(?:单元|门)[\s\-]{{0,2}})?"
    rf"{_NUMERAL}{{1,2}}[层楼]{_SIDE}(?![a-z0-9\u4e00-\u9fff]*(?:会议|活动|办公|侧|面))"
    # 3栋2-501
    rf"|{_NUMERAL}{{1,4}}(?:栋|幢|号楼|座|#楼?)[\s\-]{{0,2}}[1-9][0-9]?-[0-9]{{3,4}}(?:室|房(?!屋)|{_NO_ROOM})"
    # 3-2-501、3#-2-501
    r"|(?<![0-9A-Za-z\-.〔\[/])[0-9A-Za-z]{1,3}#?-[1-9][0-9]?-(?!20\d\d|19\d\d)[0-9]{3,4}(?![0-9\-.%])室?"
    r"|(?<![0-9\-.〔\[/])[0-9]{1,3}[\-#][0-9]{3,4}(?:室|房(?![屋产租])|户(?![型均]))"
    # 柳溪路18号502室、杨家弄7弄12号301
    r"|[路街巷道弄里村坊胡同][0-9]{1,4}(?:弄|号)[\s,]{0,2}(?:[0-9]{1,4}(?:弄|号)[\s,]{0,2})?[0-9]{2,4}(?:室|房(?![屋产租])|户)"
    # 溪畔苑502室
    r"|(?:苑|园|小区|公寓|花园|家园|新村|庭|府|湾|居|里|坊)[\s,]{0,2}[0-9]{3,4}(?:室|号房)"
    # 三组12号 of a village
    rf"|{_NUMERAL}{{1,2}}(?:组|社|队|屯)[\s,]{{0,1}}[0-9]{{1,3}}号(?![楼线令文桌机台])"
)
_OFFICE_BEFORE = re.compile(
    r"(?:服务中心|服务站|居委会|村委会|办公|会议|活动|办事处|服务处|服务大厅|卫生|派出所|医院|学校|公司|地点|地址|办理)[^\n。;]{0,14}$"
)
_OFFICE_AFTER = re.compile(r"\s?[(,]?(?:办公|会议|活动|办理|窗口|服务|领取|报名)")
_LIVES = re.compile(
    r"(?:住址?|家住|户主|业主|居民|家庭)[^\n。;]{0,12}$"
    # 张三，地址…: the address of a person, where 地址 alone may be that of an office
    rf"|(?<![\u4e00-\u9fff])(?!单位|项目|党)(?:{SURNAME})(?:{GIVEN}){{1,2}}[\s,:]{{0,2}}的?(?:联系|现|通讯)?地址[^\n。;]{{0,12}}$"
)
_BIRTH = re.compile(
    r"(?:出生(?:日期|年月日?|时间)?|生日|生于)[\s:为是于]{0,3}[0-9]{2,4}[年.\-/\s]{1,2}[0-9十廿]{1,3}(?:[月.\-/\s]{1,2}(?:[0-9十廿]{1,3}日?)?)?"
    r"|(?:[0-9]{4}年[0-9十廿]{1,3}月(?:[0-9十廿]{1,3}日)?|[0-9]{4}[.\-/][0-9]{1,2}(?:[.\-/][0-9]{1,2})?)"
    r"(?:出生|生(?![产活态效命长意育鲜日]))"
)
_PASSPORT = re.compile(
    r"(?:护照|通行证|台胞证|回乡证)[^\n。;0-9]{0,10}(?<![A-Za-z])(?P<number>[A-Z]{1,2}[\s\-]?[0-9][0-9\s\-]{5,9}[0-9])(?![0-9])"
    r"|(?:军官|士兵|士官|军人|文职干部|警官)证[^\n。;0-9]{0,10}(?P<card>[0-9]{6,10})(?![0-9])"
    r"|(?<![A-Za-z0-9\-])(?P<bare>E(?:[A-HJ-NP-Z][\s\-]?[0-9]{7}|[\s\-]?(?!20[0-4]\d|19\d\d)[0-9]{4}[\s\-]?[0-9]{4}))(?![0-9A-Za-z])",
    re.I,
)
_PLATE = re.compile(
    r"(?<![A-Za-z0-9])(?:[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼])\s?[A-HJ-NP-Z][·•.\s\-]{0,2}"
    r"(?=(?:[A-Z]{0,2}[0-9]\s?){2}|[A-Z]?[0-9]{3})(?:[A-HJ-NP-Z0-9]\s?){4}(?:[A-HJ-NP-Z0-9]{1,2}|[挂学警港澳])(?![A-Za-z0-9])"
)
# Mailboxes that people have for themselves; those of authorities and firms have names of their own.
_ACCOUNT = re.compile(
    r"(?<![A-Za-z0-9._\-])[A-Za-z0-9][A-Za-z0-9._+\-]{1,40}@(?:(?:vip\.)?(?:qq|163|126|sina|sohu|139|189|21cn|aliyun|foxmail"
    r"|gmail|outlook|hotmail|icloud|live|msn)\.(?:com|cn|net)|yeah\.net|wo\.cn)(?:\.cn)?(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9])wxid_[A-Za-z0-9]{4,20}"
    r"|(?:微信(?:号码?)?|(?<![A-Za-z])(?:vx|wechat))[\s:为是(]{0,3}(?P<wechat>[A-Za-z][A-Za-z0-9_\-]{5,19})(?![A-Za-z0-9])"
    r"|(?<![A-Za-z])QQ(?:号码?|邮箱)?[\s:为是(]{0,3}(?P<qq>[1-9][0-9]{4,10})(?![0-9])",
    re.I,
)
_OFFICE_ACCOUNT = re.compile(
    r"(?:单位|办公|公务|工作|居委会|村委会|服务中心|社区)(?:电子)?(?:邮箱|邮件|微信|QQ)?(?:号码?|地址)?[\s:]{0,2}$"
)


def find_places(reading):
    """(start, end, sort) in a `Reading`; the office of a committee is no home."""
    digits = reading.digits
    for match in _DOOR.finditer(digits):
        before = reading.before(match.start(), 20)
        office = _OFFICE_BEFORE.search(before) or _OFFICE_AFTER.match(digits, match.end())
        if not office or _LIVES.search(before):
            yield match.start(), match.end(), Sort.DOOR
    for match in _BIRTH.finditer(digits):
        yield match.start(), match.end(), Sort.BIRTH
    for match in _PASSPORT.finditer(reading.plain):
        yield *match.span(match.lastgroup), Sort.PASSPORT
    for match in _PLATE.finditer(reading.plain):
        yield match.start(), match.end(), Sort.PLATE
    for match in _ACCOUNT.finditer(reading.plain):
        if not _OFFICE_ACCOUNT.search(reading.before(match.start(), 16)):
            yield *match.span(match.lastgroup or 0), Sort.ACCOUNT
