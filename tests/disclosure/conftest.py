"""Notices at every stage, made by the people of the worked case."""

import datetime

import pytest

from disclosure import actions
from disclosure.enums import Board

CHINA = datetime.timezone(datetime.timedelta(hours=8))


def moment(month, day, hour=10, minute=0, *, year=2026):
    """A moment of 2026 in China."""
    return datetime.datetime(year, month, day, hour, minute, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def own_store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clock(monkeypatch):
    """`clock(month, day, hour, minute)`: what time it is for requests."""

    def set_clock(month, day, hour=10, minute=0, *, year=2026):
        monkeypatch.setattr("governance.middleware.now", lambda: moment(month, day, hour, minute, year=year))

    set_clock(4, 1, 13)
    return set_clock


class Desk:
    """Brings notices to a stage; `at` moves on by an hour with each step."""

    def __init__(self, liuxi):
        self.liuxi = liuxi
        self.people = liuxi.people

    def draft(self, *, month=4, day=1, title="公告", text="内容。", board=Board.RESIDENTIAL, item="R01", **fields):
        unit = fields.pop("unit", self.liuxi.unit)
        kind = "party_committee" if board == Board.PARTY else "residents_committee"
        issuer = fields.pop("issuer", self.liuxi.bodies[kind])
        by = fields.pop("by", self.people.clerk.user)
        self.month, self.day = month, day
        return actions.draft_notice(
            unit=unit,
            board=board,
            item=item,
            issuer=issuer,
            title=title,
            text=text,
            by=by,
            at=moment(month, day, 8),
            **fields,
        )

    def submitted(self, **fields):
        version = self.draft(**fields)
        return actions.submit_draft(version=version, by=self.people.clerk.user, at=moment(self.month, self.day, 9))

    def returned(self, **fields):
        version = self.submitted(**fields)
        return actions.return_notice(
            version=version, by=self.people.supervisor.user, at=moment(self.month, self.day, 10), reason="请补充"
        )

    def reviewed(self, **fields):
        version = self.submitted(**fields)
        if not version.review_required:
            return version
        checker = self.people.deputy if version.notice.board == Board.PARTY else self.people.supervisor
        return actions.review_notice(version=version, by=checker.user, at=moment(self.month, self.day, 10))

    def published(self, **fields):
        version = self.reviewed(**fields)
        return actions.sign_notice(version=version, by=self.people.secretary.user, at=moment(self.month, self.day, 11))

    def withdrawn(self, **fields):
        version = self.published(**fields)
        return actions.withdraw_version(
            version=version, by=self.people.secretary.user, at=moment(self.month, self.day, 12), reason="重复公布"
        )

    def correct(self, version, *, month, day, **fields):
        """A published correction of `version`."""
        fields = {"title": "公告（更正）", "text": "更正后的内容。", "reason": "数字有误"} | fields
        new = actions.correct_notice(
            notice=version.notice, by=self.people.clerk.user, at=moment(month, day, 8), **fields
        )
        new = actions.submit_draft(version=new, by=self.people.clerk.user, at=moment(month, day, 9))
        new = actions.review_notice(version=new, by=self.people.supervisor.user, at=moment(month, day, 10))
        return actions.sign_notice(version=new, by=self.people.secretary.user, at=moment(month, day, 11))

    def objection(self, version, *, month=4, day=3, kind="objection", text="我家住楼上，怕吵", **fields):
        return actions.register_objection(
            notice=version.notice,
            kind=kind,
            channel="phone",
            text=text,
            name=fields.pop("name", "陈某某"),
            by=self.people.clerk.user,
            at=moment(month, day),
            **fields,
        )


@pytest.fixture
def desk(liuxi):
    return Desk(liuxi)
