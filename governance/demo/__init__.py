"""The demo community: 青禾街道 and the worked case of 柳溪社区. Everything in it is invented.

This file is read before Django is set up: it holds what the terminal prints, and nothing else.
"""

# The one password of the demo. Demo accounts are refused where PORTAL_DEMO is not set.
PASSWORD = "qinghe-2026"

# One login for each role, as `make run` prints them: role, account, password.
LOGINS = (
    ("社区工作者 community worker", "linxiaowen", PASSWORD),
    ("书记、主任 secretary and chair", "zhoumingyuan", PASSWORD),
    ("监督委员会 supervision", "shenguilan", PASSWORD),
    ("街道 street", "tanglei", PASSWORD),
    ("管理员 administrator", "admin", PASSWORD),
)
