"""The kinds of aid that a list of people may name, each with the law that knows it, and goods of relief (pure).

A list may say what somebody receives and never why (PIPL arts. 6, 28; domain.md §7): so a kind stands here or is not
written. Left out on purpose is what tells the cause: aids for one illness or one disability, for a lost child, for an
age by its number; goods that only some bodies need (wheelchairs, hearing aids). Words of Chinese documents.
"""

import re
import unicodedata

# (legal source, kinds)
KINDS = (
    (
        "社会救助法",
        "最低生活保障 低保 最低生活保障边缘 低保边缘 低收入 特困 特困人员 特困人员救助供养 特困供养 救助供养"
        " 分散供养 集中供养 刚性支出困难 支出型困难 临时救助 急难救助 医疗救助 疾病应急救助 教育救助 住房救助"
        " 就业救助 受灾人员救助 社会救助 其他救助 取暖 价格临时补贴 生活补贴 生活补助",
    ),
    (
        "老年人权益保障法第三十条、第三十三条",
        "高龄津贴 高龄补贴 养老服务补贴 老年人护理补贴 老年人补贴 助餐补贴 居家养老服务补贴",
    ),
    (
        "国发〔2015〕52号",
        "残疾人两项补贴 残疾人补贴 困难残疾人生活补贴 重度残疾人护理补贴 残疾人生活补贴 残疾人护理补贴",
    ),
    (
        "民发〔2010〕161号、民发〔2019〕62号",
        "孤儿基本生活保障 孤儿基本生活 孤儿 困境儿童 事实无人抚养儿童 困境儿童基本生活 事实无人抚养儿童基本生活",
    ),
    (
        "军人抚恤优待条例",
        "优抚 优抚补贴 优抚补助 抚恤 定期抚恤 伤残抚恤 残疾军人抚恤 烈属抚恤 优待 义务兵家庭优待"
        " 退役军人生活补助 复员军人补助",
    ),
    (
        "公共租赁住房管理办法",
        "公租房 公共租赁住房 廉租房 保障性住房 保障性租赁住房 住房保障 实物配租 租赁补贴 租金补贴"
        " 住房租赁补贴 危房改造",
    ),
    (
        "自然灾害救助条例",
        "救灾 救灾物资 灾害救助 过渡期生活救助 冬春救助 慰问 慰问品 慰问物资 救助物资 物资 应急物资 生活用品"
        " 日用品 食品 粮油 米面油 大米 米 面粉 面 挂面 方便面 食用油 油 牛奶 鸡蛋 月饼 粽子 汤圆 饮用水"
        " 矿泉水 蔬菜 蔬菜包 水果 棉被 被子 棉衣 棉大衣 衣物 毛毯 毯子 床单 毛巾 凉席 蚊帐 口罩 防疫包 应急包"
        " 急救包 礼包 爱心礼包 帐篷 折叠床 雨衣 雨鞋 手电筒 取暖器 电风扇 煤 洗衣液 洗漱用品",
    ),
)
_BEFORE = "城乡|城市|城镇|农村|困难|一次性|春节|中秋|端午|重阳|节日|节前|冬季|夏季|防暑|防汛|御寒|年度"
_BEHIND = (
    "金|款|费|补贴|补助|津贴|救助|保障|供养|待遇|户|家庭|对象|人员|发放|[(](?:[A-Ca-c甲乙丙一二三]类|[一二三]档)[)]"
)
_KIND = "|".join(word for _law, words in KINDS for word in words.split())
_WHOLE = re.compile(rf"(?:{_BEFORE})*(?:{_KIND})(?:{_BEHIND})*")
_AND = re.compile("[、,;+/和及]")


def is_kind(text):
    """Whether `text` names kinds of aid or goods, one or several, and says nothing else."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return all(_WHOLE.fullmatch(word) for word in _AND.split(plain))
