"""The demo community: 青禾街道 and the worked case of 柳溪社区. Everything in it is invented.

This file is read before Django is set up: it holds what the terminal prints, and nothing else.
"""

# The one password of the demo. Demo accounts are refused where PORTAL_DEMO is not set.
PASSWORD = "qinghe-2026"

# One login for each kind of person, as `make run` prints them: role, account, password.
LOGINS = (
    ("柳溪社区工作者 community worker", "linxiaowen", PASSWORD),
    ("柳溪社区书记、主任 secretary and chair", "zhoumingyuan", PASSWORD),
    ("柳溪社区监督委员会 supervision", "shenguilan", PASSWORD),
    ("柳溪苑业主委员会主任 owners' committee", "kangjianping", PASSWORD),
    ("溪畔苑业主委员会主任 owners' assembly under way", "lanxiaoting", PASSWORD),
    ("溪畔苑业主委员会副主任 second entry of ballots", "gengyulin", PASSWORD),
    ("桃园社区工作者 worker next door", "qianyuan", PASSWORD),
    ("石桥村工作人员 worker of a village", "qinxiaochuan", PASSWORD),
    ("石桥村书记、主任 village secretary", "shiguoqiang", PASSWORD),
    ("石桥村监督委员会 village supervision", "jichanglin", PASSWORD),
    ("街道 street", "tanglei", PASSWORD),
    ("管理员 administrator", "admin", PASSWORD),
)
