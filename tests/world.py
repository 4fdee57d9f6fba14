"""The demo's street as one world for the sweeps: told once per module inside a transaction that is rolled back.

`people` are the kinds of visitors that every sweep asks for by name; `client(name)` is a client logged in as one of
them. Each test runs in a savepoint of its own, so that what it posts is gone afterwards.
"""

import contextlib
import datetime
import pickle
import uuid

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings

from audit.actions import store
from audit.enums import Audience
from councils import actions
from councils.models import Consultation, Matter, Meeting
from disclosure import actions as disclosure
from disclosure.catalogue import ITEMS
from disclosure.enums import Board
from disclosure.models import Notice
from governance.demo import story, under_way
from governance.demo.walk import on
from orgs import actions as orgs
from orgs.models import Person, Term, User
from tests.snapshot import run_folder, told_once

TODAY = datetime.date(2026, 11, 22)
NOON = on(TODAY, 12)

# Who looks: a visitor without an account, people of 柳溪社区 and of the street above it, and people with no say in it.
ACCOUNTS = {
    "clerk": "林晓雯",
    "secretary": "周明远",
    "supervisor": "沈桂兰",
    "street": "唐磊",
    "member": "罗志强",  # of the Party committee and of the residents' committee
    "worker": "夏雨晴",  # of the community's staff, without an office of the Party
    "owner": "康建平",  # chair of the owners' committee of a compound of 柳溪社区
    "administrator": "马俊杰",  # a superuser
    "stranger": "钱远",  # clerk of 桃园社区
    "ended": "罗小燕",  # was a worker of 柳溪社区 until yesterday
    "suspended": "何静",  # deputy secretary, suspended today
    "powerless": "陆小满",  # an account, and no term anywhere
}
PEOPLE = ("visitor", *ACCOUNTS)

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class World:
    """What the story left, the accounts of `PEOPLE`, and rows that only tests need."""

    def __init__(self, places):
        self.places, self.today = places, TODAY
        self.liuxi = places.units["liuxi"]
        self._cookies = {}
        self.users = {"visitor": None}
        self.admin = places.user(ACCOUNTS["administrator"])
        self._accounts()
        self._matters()
        self.talk = Consultation.objects.get(unit=self.liuxi, kind="open_talk")
        self.coming_talk = Consultation.objects.get(unit=self.liuxi, kind="courtyard")
        self._papers()
        self._sessions()
        # Each test reads its own copy: hundreds of people whom nobody asks for would take most of the time.
        places.persons = {name: person for name, person in places.persons.items() if person.user_id}

    def _accounts(self):
        Person.objects.create(name=ACCOUNTS["powerless"])
        orgs.appoint(
            person=Person.objects.create(name=ACCOUNTS["ended"]),
            body=self.places.bodies["liuxi", "community_staff"],
            office="worker",
            started_on=TODAY - datetime.timedelta(90),
            source="街道任命",
            by=self.admin,
            at=NOON,
        )
        self.tokens = {}
        for key in ("worker", "ended", "suspended", "powerless"):
            person = Person.objects.get(name=ACCOUNTS[key])
            user, token = orgs.create_account(person=person, username=key, by=self.admin, at=NOON)
            self.tokens[key] = token
        for term in Term.objects.filter(person__name=ACCOUNTS["ended"], ended_on=None):
            orgs.end_term(term=term, on=TODAY, by=self.admin, at=NOON)
        orgs.declare_kinship(
            person=Person.objects.get(name="白玉兰"),
            relative=Person.objects.get(name="邱莉"),
            relation="姐妹",
            by=self.admin,
            at=NOON,
        )
        suspended = Person.objects.get(name=ACCOUNTS["suspended"])
        orgs.suspend_person(person=suspended, reason="组织决定", by=self.admin, at=NOON)
        for key, name in ACCOUNTS.items():
            self.users[key] = User.objects.get(person__name=name)

    def _matters(self):
        """What the story has not: a matter nobody has called a meeting for, a meeting whose day is over, one open."""
        self._register("楼道加装扶手", age=1)
        actions.call_meeting(
            by=self.users["clerk"],
            at=on(TODAY - datetime.timedelta(2)),
            matters=[(past := self.matter("修订居民公约"))],
            seen={past.pk: past.version},
            step="confer",
            body=self.places.bodies["liuxi", "two_committees"],
            held_on=TODAY - datetime.timedelta(1),
            place="社区二楼会议室",
            token=uuid.uuid4(),
        )
        began, attended = self._register("晾晒区改造", age=9)
        under_way.deliberate(attended, "liuxi", began, "propose")
        meeting = attended.call("confer", "two_committees", TODAY - datetime.timedelta(2))
        attended.attend(meeting, 9, on_leave=1)

    def _register(self, title, *, age):
        return under_way.matter(
            self,
            story.community,
            "liuxi",
            age=age,
            title=f"关于{title}的事项",
            short_title=title,
            motion=f"{title}。",
            plan=f"居民提议{title}。",
        )

    def _papers(self):
        """Files of each audience, an in-Party draft, the address after an objection."""
        self.files = {audience: self.file(f"{audience}.pdf", audience=audience) for audience in Audience.values}
        clerk = self.users["clerk"]
        self.party_draft = disclosure.draft_notice(
            unit=self.liuxi,
            board=Board.PARTY,
            item=next(key for key, item in ITEMS.items() if item.audience == Audience.PARTY),
            issuer=self.places.bodies["liuxi", "party_committee"],
            title="党内通报",
            text="本通报只在党组织内部公开。",
            by=clerk,
            at=NOON,
        )
        announced = on(TODAY - datetime.timedelta(5))
        self.evaluation = disclosure.open_evaluation(
            notice=Notice.objects.get(unit=self.liuxi, item="R11"),
            question="您对年度工作是否满意？",
            opens_on=TODAY - datetime.timedelta(1),
            closes_on=TODAY + datetime.timedelta(9),
            households=9,
            by=clerk,
            at=announced,
        )
        self.slips = disclosure.print_slips(evaluation=self.evaluation, by=clerk, at=announced)

    def matter(self, title):
        """The matter of 柳溪社区 with this short title."""
        return Matter.objects.get(unit=self.liuxi, short_title=title)

    def meeting(self, title, step):
        """The newest meeting about that matter at `step`."""
        return Meeting.objects.filter(items__matter=self.matter(title), items__step=step).latest("pk")

    def row(self, model):
        """A row of this model for the administration."""
        return {User: self.users["clerk"]}.get(model) or model.objects.latest("pk")

    def _sessions(self):
        """Log everybody in once; `client` hands the sessions out."""
        for name in ACCOUNTS:
            client = Client()
            client.force_login(self.users[name], backend="orgs.backends.ScopeBackend")
            self._cookies[name] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def client(self, name="visitor", **options):
        """A client of its own for one of PEOPLE, logged in."""
        client = Client(**options)
        if name in self._cookies:
            client.cookies[settings.SESSION_COOKIE_NAME] = self._cookies[name]
        return client

    def file(self, name, *, audience, unit=None, content=PDF):
        """An uploaded file of 柳溪社区 (or `unit`), kept by the clerk."""
        upload = SimpleUploadedFile(name, content, "application/pdf")
        path = (unit or self.liuxi).path
        return store(upload, audience=Audience(audience), path=path, by=self.users["clerk"], at=NOON)


@contextlib.contextmanager
def at_noon(folder):
    """The settings of the world, whose files are in `folder`; requests come at noon of TODAY."""
    with (
        pytest.MonkeyPatch.context() as patch,
        override_settings(
            MEDIA_ROOT=folder,
            PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
            DEMO=True,
            PORTAL_PLACE="青禾街道",
            PORTAL_PHONE="0000-8810012",
            PORTAL_SPONSOR="青禾街道办事处",
        ),
    ):
        patch.setattr("governance.middleware.now", lambda: NOON)
        yield


def tell(shared, folder):
    """The world, told by the first process that asks for it."""
    return told_once(shared, "world", lambda: World(story.tell(TODAY)), folder)


@contextlib.contextmanager
def told(folder, shared):
    """The world inside a transaction that is rolled back."""
    with at_noon(folder), transaction.atomic():
        yield tell(shared, folder)
        transaction.set_rollback(True)
    ContentType.objects.clear_cache()


@pytest.fixture(scope="module")
def whole_world(django_db_setup, django_db_blocker, tmp_path_factory):
    """The world of a module, pickled. Tests take `world`, which undoes what they do."""
    with django_db_blocker.unblock(), told(tmp_path_factory.mktemp("files"), run_folder(tmp_path_factory)) as world:
        yield pickle.dumps(world)


@pytest.fixture
def world(whole_world, db):
    """The world; what the test changes is undone: `db` is a savepoint inside the module's transaction, and every test
    has objects of its own.
    """
    return pickle.loads(whole_world)
