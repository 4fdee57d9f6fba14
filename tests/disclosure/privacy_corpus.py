"""Labelled notices for measuring the privacy guard: ordinary ones, and ones into which a personal item was written.

Made from a seed, of fictional people, as community workers write: in sentences, lists and tables, with the ways in which
numbers end up in a text (spaces, dashes, full width, Chinese numerals, cells, line ends). Knows nothing of the guard.
"""

import random
from dataclasses import dataclass

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈姚卢姜崔钟谭陆"
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英建国华玉梅红海燕志文国庆春生德福宝贵淑珍凤琴小龙雪晨浩宇欣怡梓涵子轩"
COMPOUNDS = ("溪畔苑", "东风里", "和平家园", "柳荫小区", "机械厂宿舍", "金桂花园", "棉纺新村", "桥东公寓")
ROADS = ("柳溪路", "解放街", "青年路", "中山北路", "文化巷", "建设大道", "桂花弄", "滨河路")
REGIONS = ("330106", "110105", "420102", "320582", "510107", "440305", "130102", "610113", "370203", "210211")
PROVINCES = "浙京沪苏粤川鲁鄂皖闽"
AREAS = ("0571", "010", "021", "025", "0574", "027", "0755", "028", "0310", "0835")
ILLNESSES = (
    "尿毒症",
    "肺癌",
    "糖尿病并发症",
    "脑梗后遗症",
    "精神分裂症",
    "白血病",
    "肢体残疾二级",
    "阿尔茨海默症",
    "冠心病",
    "癫痫",
    "血友病",
    "智力障碍",
)
HARDSHIPS = ("离异", "丧偶", "单亲", "服刑", "因病致贫", "失独", "丧失劳动能力", "负债", "社区矫正", "生活不能自理")
CHINESE_DIGITS = "〇一二三四五六七八九"
OFFICE = ("0571-88123400", "0571-88123401")


@dataclass(frozen=True)
class Sample:
    """A text; `kind` is what was written into it (empty: nothing), `item` how it was written, `disguise` in which way."""

    text: str
    kind: str = ""
    item: str = ""
    disguise: str = ""


class Maker:
    """Makes samples from a seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, *choices):
        return self.random.choice(choices)

    def digits(self, count, first="0123456789"):
        return self.random.choice(first) + "".join(self.random.choice("0123456789") for _ in range(count - 1))

    def name(self):
        return self.random.choice(SURNAMES) + "".join(self.random.sample(GIVEN, self.pick(1, 2, 2)))

    def day(self, first=2024, last=2026):
        return self.random.randint(first, last), self.random.randint(1, 12), self.random.randint(1, 28)

    # Personal items, plainly written.

    def identity(self):
        year, month, day = self.day(1935, 2012)
        if year < 1998 and self.random.random() < 0.12:
            return f"{self.random.choice(REGIONS)}{year % 100:02}{month:02}{day:02}{self.digits(3)}"
        body = f"{self.random.choice(REGIONS)}{year}{month:02}{day:02}{self.digits(3)}"
        # ISO 7064 MOD 11-2, computed from the right by doubling.
        rest = 0
        for char in body:
            rest = (rest + int(char)) * 2 % 11
        return body + "0123456789X"[(12 - rest) % 11]

    def card(self):
        issuer = self.pick(
            "622202", "621700", "622848", "621661", "622588", "955880", "622700", "436742", "601382", "621098"
        )
        body = issuer + self.digits({"436742": 9, "622588": 9}.get(issuer, self.pick(12, 12, 9)))
        total = 0
        for place, char in enumerate(reversed(body)):
            value = int(char) * (2 if place % 2 == 0 else 1)
            total += value // 10 + value % 10
        return body + str(-total % 10)

    def mobile(self):
        return self.pick("138", "139", "135", "150", "158", "186", "177", "199", "133", "147", "166") + self.digits(8)

    def landline(self):
        area = self.random.choice(AREAS)
        return (
            f"{area}{self.pick('-', '-', '', ' ', '－')}{self.digits(7 if area in ('0310', '0835') else 8, '2345678')}"
        )

    def door(self):
        block, stair, floor, flat = (self.random.randint(1, top) for top in (38, 4, 18, 4))
        room = f"{floor}0{flat}"
        word = self.pick("栋", "幢", "号楼")
        compound = self.random.choice(COMPOUNDS)
        chinese = "一二三四五六七八九十"
        return self.pick(
            f"{compound}{block}{word}{stair}单元{room}室",
            f"{compound}{block}{word}{stair}单元{room}",
            f"{compound}{block}{word}{room}室",
            f"{block}{word}{room}",
            f"{compound}{block}-{stair}-{room}",
            f"{compound}{block}{word}{stair}-{room}",
            f"{block}-{stair}-{room}室",
            f"{self.random.choice(ROADS)}{self.random.randint(1, 300)}号{room}室",
            f"{self.random.choice(ROADS)}{self.random.randint(1, 300)}号{block}{word}{stair}单元{room}室",
            f"{compound}{chinese[block % 10]}{word}{chinese[stair]}单元{room}室",
            f"{compound}{self.pick('A', 'B', 'C')}座{room}室",
            f"{compound}{block}{word}{stair}单元{floor}楼{self.pick('东', '西')}户",
            f"{stair}单元{room}室",
            f"{self.pick('一', '二', '三', '四')}组{self.random.randint(1, 90)}号",
        )

    def passport(self):
        return self.pick(self.pick("E", "G") + self.digits(8), self.pick("EA", "EJ", "EF") + self.digits(7))

    def plate(self):
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
        tail = self.pick(
            self.digits(5),
            self.random.choice(letters) + self.digits(4),
            "D" + self.digits(5),
            self.digits(4) + self.random.choice(letters),
        )
        return f"{self.random.choice(PROVINCES)}{self.random.choice(letters[:8])}{self.pick('', '·', ' ')}{tail}"

    def account(self):
        letters = "abcdefghjkmnpqrstuvwxyz"
        word = "".join(self.random.choice(letters) for _letter in range(6)) + self.digits(3)
        return self.pick(
            f"{word}@{self.pick('qq.com', '163.com', '126.com', 'foxmail.com', 'sina.com', '139.com')}",
            f"{self.digits(self.pick(8, 9, 10), '123456789')}@qq.com",
            f"wxid_{word}",
            f"微信号：{word}",
            f"QQ{self.pick('', '号', '号：', '：')}{self.digits(self.pick(7, 9, 10), '123456789')}",
        )

    def birth(self):
        year, month, day = self.day(1935, 2020)
        written = self.pick(
            f"{year}年{month}月{day}日", f"{year}-{month:02}-{day:02}", f"{year}.{month}", f"{year}年{month}月"
        )
        return self.pick(
            f"出生日期：{written}", f"生于{written}", f"{written}出生", f"出生年月 {written}", f"{written}生"
        )

    def health(self):
        who, what = self.name(), self.random.choice(ILLNESSES)
        return self.pick(
            f"居民{who}因患{what}",
            f"{who}，{what}",
            f"{what}患者{who}",
            f"{who}确诊{what}",
            f"{who}（{what}）",
            f"{who[0]}某某患{what}",
        )

    def hardship(self):
        who, what = self.name(), self.random.choice(HARDSHIPS)
        return self.pick(
            f"居民{who}{what}", f"{who}，{what}", f"{who}系{what}人员", f"{who}（{what}）", f"{who[0]}某{what}"
        )

    # Disguises of numbers.

    def grouped(self, number, gap):
        sizes = {11: (3, 4, 4), 15: (6, 6, 3), 18: (6, 8, 4), 16: (4, 4, 4, 4), 19: (4, 4, 4, 4, 3), 17: (4, 4, 4, 5)}[
            len(number)
        ]
        parts, at = [], 0
        for size in sizes:
            parts.append(number[at : at + size])
            at += size
        return gap.join(parts)

    def disguise(self, number):
        """(number as it is written, in which way)."""
        plain = "0123456789"
        way = self.pick(
            *("plain",) * 6,
            "spaces",
            "spaces",
            "dashes",
            "dots",
            "full width",
            "wide spaces",
            "chinese",
            "single",
            "cells",
            "cut",
            "lines",
            "zero width",
        )
        return {
            "plain": lambda: number,
            "spaces": lambda: self.grouped(number, " "),
            "dashes": lambda: self.grouped(number, self.pick("-", "－", "—")),
            "dots": lambda: self.grouped(number, self.pick(".", "·")),
            "full width": lambda: "".join(chr(ord(char) + 0xFEE0) for char in number),
            "wide spaces": lambda: self.grouped(number, "　"),
            "chinese": lambda: number.translate(str.maketrans(plain, CHINESE_DIGITS)),
            "single": lambda: " ".join(number),
            "cells": lambda: self.grouped(number, "\t"),
            "cut": lambda: (lambda at: number[:at] + "\t" + number[at:])(self.random.randint(4, len(number) - 4)),
            "lines": lambda: self.grouped(number, "\n"),
            "zero width": lambda: self.grouped(number, "\u200b"),
        }[way](), way

    # Notices.

    def money(self):
        yuan = self.random.randint(1, 10 ** self.pick(3, 4, 5, 6, 7, 8))
        return self.pick(
            f"{yuan}元", f"{yuan:,}.{self.random.randint(0, 99):02}元", f"{yuan / 10000:.2f}万元", f"{yuan}.00"
        )

    def date(self):
        year, month, day = self.day()
        return self.pick(
            f"{year}年{month}月{day}日",
            f"{year}-{month:02}-{day:02}",
            f"{year}/{month}/{day}",
            f"{year}.{month:02}.{day:02}",
        )

    def paper_number(self):
        year, month, day = self.day()
        return self.pick(
            f"合同编号：LX-{year}-{self.random.randint(1, 99):03}",
            f"合同编号：{year}{month:02}{day:02}{self.random.randint(1, 9999):04}",
            f"发票号码{self.digits(20, '2')}",
            f"发票代码{self.digits(12, '03')}，号码{self.digits(8)}",
            f"凭证号：记-{self.random.randint(1, 300):04}",
            f"统一社会信用代码{self.pick('52', '91', '54', '11')}330106MJ{self.digits(7)}X",
            f"柳溪居公〔{year}〕{self.random.randint(1, 99)}号",
            f"项目代码：{year}-330106-{self.digits(2)}-{self.digits(2)}-{self.digits(6)}",
            f"电梯注册代码：3110{self.digits(16)}",
            f"银行回单流水号{self.digits(self.pick(12, 16, 21))}",
        )

    def sentence(self):
        place = self.pick(
            "社区党群服务中心二楼会议室",
            "居委会三楼301会议室",
            f"{self.random.choice(ROADS)}{self.random.randint(1, 99)}号社区服务中心",
            "小区北门岗亭旁",
            "3号楼东侧空地",
        )
        return self.pick(
            f"本次会议于{self.date()}在{place}召开，应到{self.random.randint(20, 90)}人，实到{self.random.randint(20, 60)}人。",
            f"项目预算{self.money()}，实际支出{self.money()}，结余{self.money()}。",
            f"施工单位：青禾市第{self.random.randint(1, 9)}建筑工程有限公司，{self.paper_number()}。",
            f"公示期为{self.date()}至{self.date()}，如有意见请于{self.date()}前反映。",
            f"改造范围为{self.random.randint(1, 9)}栋至{self.random.randint(10, 30)}栋，共{self.random.randint(100, 900)}户，建筑面积{self.random.randint(1000, 90000)}平方米。",
            f"65岁以上老年人可免费体检，重点筛查{self.pick('高血压、糖尿病', '肺癌、胃癌', '白内障、心脏病')}，地点{place}。",
            f"大病救助、残疾人两项补贴申请截至{self.date()}，由社区统一受理。",
            f"咨询电话：{self.random.choice(OFFICE)}，市民热线12345，纪检举报12388。",
            f"社区党委书记{self.name()}、居委会主任{self.name()}参加会议，居务监督委员会主任{self.name()}列席。",
            f"值班时间：周一至周五8:30—11:30、14:00—17:30，负责人{self.name()}。",
            f"经{self.random.randint(30, 60)}名居民代表表决，同意{self.random.randint(30, 60)}票，反对{self.random.randint(0, 9)}票，弃权{self.random.randint(0, 9)}票。",
            f"采购灭火器{self.random.randint(10, 200)}具，单价{self.money()}，型号MFZ/ABC4，{self.paper_number()}。",
            f"{self.paper_number()}，付款日期{self.date()}，金额{self.money()}。",
            f"{self.random.randint(1, 30)}号楼2026年加装电梯，出资比例按楼层分摊，{self.random.randint(2, 6)}层每户{self.money()}。",
            f"投标文件发至ztb{self.digits(2)}@{self.pick('qhjs.com.cn', 'qinghe.gov.cn')}，邻里QQ群{self.digits(9, '123456789')}。",
            f"停水范围：{self.random.choice(COMPOUNDS)}{self.random.randint(1, 9)}幢至{self.random.randint(10, 20)}幢，{self.date()}8时至18时。",
        )

    def table(self):
        rows = ["日期\t摘要\t收入（元）\t支出（元）\t凭证号"]
        for _row in range(self.random.randint(3, 9)):
            year, month, day = self.day()
            amount = self.random.randint(100, 9_999_999)
            rows.append(
                f"{month}月{day}日\t{self.pick('场地出租', '办公用品', '慰问老人', '保洁服务', '灯具维修')}\t"
                f"{self.pick('', f'{amount}.00', f'{amount:,}')}\t{self.pick(f'{amount / 100:,.2f}', str(amount), '0')}\t{self.random.randint(1, 999):04}"
            )
        return "\n".join(rows)

    def ordinary(self):
        """A notice with nothing in it that is anybody's."""
        lines = [f"关于{self.pick('财务收支', '工程实施', '会议决定', '便民服务', '物资采购')}情况的公告"]
        lines += (self.pick("", "一、", "1.") + self.sentence() for _line in range(self.random.randint(3, 8)))
        if self.random.random() < 0.4:
            lines.insert(self.random.randint(1, len(lines)), self.table())
        return Sample("\n".join([*lines, "柳溪社区居民委员会（盖章）", "2026年11月22日"]))

    def personal(self, kind):
        """A notice into which an item of `kind` was written."""
        item, way = getattr(self, kind)(), "plain"
        if kind in ("identity", "card", "mobile"):
            item, way = self.disguise(item)
        elif self.random.random() < 0.2:
            item, way = "".join(chr(ord(char) + 0xFEE0) if char.isdigit() else char for char in item), "full width"
        who = self.name()
        said = {
            "identity": ("身份证号", "证件号码：", "身份证：", "", "（"),
            "card": ("银行卡号", "卡号：", "收款账号：", "", "一卡通 "),
            "mobile": ("电话", "手机：", "联系方式 ", "", "Tel:", "联系人"),
            "landline": ("电话", "家庭电话：", ""),
            "door": ("住", "住址：", "，", "家住", "房屋坐落："),
            "passport": ("护照号码", "护照："),
            "plate": ("车牌", "车主，", "停放车辆"),
        }.get(kind, ("，", "。"))
        lead = self.random.choice(said)
        row = way in ("cells", "cut") or self.random.random() < 0.25
        if row:
            heads = {
                "identity": "身份证号",
                "card": "银行卡号",
                "mobile": "联系电话",
                "landline": "电话",
                "door": "住址",
                "passport": "护照号码",
            }
            line = f"序号\t姓名\t{heads.get(kind, '备注')}\n1\t{who}\t{item}\n2\t{self.name()}\t"
        else:
            line = (
                f"{'' if kind in ('health', 'hardship') else who}{lead}{item}{self.pick('。', '，请核对。', '', '）')}"
            )
        lines = self.ordinary().text.split("\n")
        at = self.random.randint(1, len(lines) - 2)
        # Not into the middle of a table, which has columns of its own.
        while "\t" in lines[at] or "\t" in lines[at - 1]:
            at -= 1
        lines.insert(max(at, 1), line)
        return Sample("\n".join(lines), kind, item, way)
