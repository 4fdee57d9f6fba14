"""Every fact that there is once: two people write it at the same moment, and the database keeps one.

For each unique and exclusion constraint of the portal a row of the demo is taken out and written anew by two threads at
once, past all locks and checks of the application. With the constraint one of them is refused by its name; without it
both stand, which shows that the test can fail.
"""

import uuid

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.cache import cache
from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.test import TransactionTestCase

from audit.models import Attachment
from councils.models import AdoptedRule, Finding, Matter, Meeting, NamedBallot, Proxy, RollEntry, Vote
from disclosure.models import NoticeAttachment, NoticeVersion, Opinion, PrivacyOverride, Redaction
from orgs.models import Kinship, OrgUnit, Person, Term, User
from tests.snapshot import run_folder
from tests.transactional import empty, filled, together
from tests.world import NOON, TODAY, at_noon, tell

pytestmark = pytest.mark.slow
APPS = ("audit", "orgs", "disclosure", "councils", "governance")
# Their rows come and go outside the demo; tests of their own race for them.
ELSEWHERE = {
    "link_open_once_per_account": "tests/orgs/test_accounts.py",
}


# Where the demo has no such row: one put together from rows that it has.
TEMPLATES = {
    "term_seat_held_once": lambda: like(Term, seat=1),
    "kinship_once": lambda: Kinship(
        one=Person.objects.earliest("pk"), other=Person.objects.latest("pk"), relation="姐妹", declared_on=TODAY
    ),
    "notice_attachment_once": lambda: NoticeAttachment(
        version=NoticeVersion.objects.first(), attachment=paper(), label="附件"
    ),
    "adopted_rule_one_in_force": lambda: AdoptedRule(
        unit=OrgUnit.objects.first(),
        kind="abstain",
        adopted_on=TODAY,
        document="业主大会议事规则",
        recorded_by=User.objects.first(),
        recorded_at=NOON,
    ),
    "finding_one_open_per_step": lambda: Finding(
        matter=Matter.objects.first(),
        step="confer",
        round=1,
        fault="quorum",
        text="到会人数不足。",
        on=TODAY,
        by=User.objects.first(),
        at=NOON,
    ),
    "override_once_per_revision": lambda: PrivacyOverride(
        version=NoticeVersion.objects.first(),
        revision=0,
        digest="0" * 64,
        approved_by=Person.objects.first(),
        approved_at=NOON,
        reason="值班手机须公布",
    ),
    "opinion_name_once": lambda: like(
        Opinion, person=None, name="甲", verdict="agreed", answer="", answered_by=None, answered_at=None
    ),
    "opinion_one_open_objection": lambda: like(
        Opinion, verdict="objected", text="数字有误", answer="", answered_by=None, answered_at=None
    ),
    "redaction_one_waits": lambda: redaction(),
    "proxy_given_once": lambda: proxy(),
    "proxy_place_once": lambda: proxy(),
    "named_ballot_once": lambda: NamedBallot(vote=Vote.objects.first(), entry=RollEntry.objects.first(), choice="for"),
}


# Facts that contradict each other without being the same.
NOTHING = [{}, {}]
CONTRADICTION = {
    "ballot_entry_by_two_persons": [{"look": 1}, {"look": 2}],
    "leaf_once_per_subject": [{}, {"code": "0" * 10}],
}


def paper():
    """A file that a notice could bring along."""
    return Attachment.objects.create(
        sha256="0" * 64,
        name="附件.pdf",
        media_type="application/pdf",
        size=1,
        audience="public",
        uploader_id=1,
        uploader="林晓雯",
        uploaded_at=NOON,
    )


def proxy():
    """A written proxy."""
    return Proxy(
        meeting=Meeting.objects.first(),
        giver="甲",
        holder="乙",
        place=1,
        document="授权委托书",
        entered_by=User.objects.first(),
        entered_at=NOON,
    )


def redaction():
    """A masked text for a published version, which nobody has decided on."""
    return Redaction(
        version=NoticeVersion.objects.filter(signed_at__isnull=False).first(),
        title="关于×××的公告",
        text="×××反映的情况。",
        reason="含个人信息",
        asked_by=Person.objects.first(),
        asked_at=NOON,
    )


def like(model, **differences):
    """The newest row of `model`, changed, as a row that was never saved."""
    row = model._base_manager.order_by("-pk").first()
    row.pk = None
    for name, value in differences.items():
        setattr(row, name, value)
    return row


def is_one_per(constraint):
    return isinstance(constraint, models.UniqueConstraint | ExclusionConstraint)


def one_per_facts():
    """(model, constraint) of every fact that there is once."""
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            for constraint in model._meta.constraints:
                if is_one_per(constraint) and constraint.name not in ELSEWHERE:
                    yield model, constraint


FACTS = [pytest.param(*fact, id=fact[1].name) for fact in one_per_facts()]


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo with what the sweeps add to it, committed."""
    files = tmp_path_factory.mktemp("files")
    with django_db_blocker.unblock(), at_noon(files):
        seeded = filled()
        cache.clear()
        with transaction.atomic():
            tell(run_folder(tmp_path_factory), files)
        yield
        empty(seeded)
        ContentType.objects.clear_cache()


@pytest.fixture
def committed_world(told, monkeypatch, transactional_db):
    """Database access that commits; the demo stays for the next test."""
    monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: None)


def other_value(field, value):
    """A value of `field`, which is unique by itself, that is not `value` and may stand there."""
    if field.is_relation:
        return field.related_model._default_manager.exclude(pk=value).values_list("pk", flat=True).first()
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    return uuid.uuid4().hex[: field.max_length or 32]


def copies(model, constraint, row):
    """Two new rows that say the same as `row`; the second differs in what is unique by itself."""
    made = []
    for number in range(2):
        copy = model(**{field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields})
        copy.pk = None if isinstance(model._meta.pk, models.AutoField) else row.pk + 1 + number
        for field in model._meta.concrete_fields:
            value = getattr(row, field.attname)
            if number and field.unique and not field.primary_key and value is not None:
                setattr(copy, field.attname, other_value(field, value))
        for name, value in CONTRADICTION.get(constraint.name, NOTHING)[number].items():
            setattr(copy, name, value)
        made.append(copy)
    return made


def template(model, constraint):
    """A row that the constraint watches: one of the demo's, or one made for the purpose that was never saved."""
    if make := TEMPLATES.get(constraint.name):
        return make()
    rows = model._base_manager.order_by("-pk")
    if (condition := getattr(constraint, "condition", None)) is not None:
        rows = rows.filter(condition)
    return rows.filter(**{f"{name}__isnull": False for name in getattr(constraint, "fields", ())}).first()


class Alone:
    """The table of `model` with `constraint` as its only one of the kind, without `row` and without triggers."""

    def __init__(self, model, constraint, row):
        self.model, self.row, self.table = model, row, connection.ops.quote_name(model._meta.db_table)
        self.before = set(model._base_manager.values_list("pk", flat=True))
        self.dropped, self.order = [], self._indexes()
        self.others = [other for other in model._meta.constraints if is_one_per(other) and other is not constraint]

    def __enter__(self):
        self._run(f"ALTER TABLE {self.table} DISABLE TRIGGER USER")
        self.drop(*self.others)
        self._delete([self.row.pk])
        return self

    def __exit__(self, *error):
        self.clear()
        if self.row.pk in self.before:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = replica")
                self.row.save_base(raw=True, force_insert=True)
        # In their old order: of several that a row breaks, PostgreSQL names the oldest.
        self.drop(*(one for one in self.model._meta.constraints if is_one_per(one) and one not in self.dropped))
        with connection.schema_editor() as editor:
            for constraint in sorted(self.dropped, key=lambda one: self.order.index(one.name)):
                editor.add_constraint(self.model, constraint)
        self._run(f"ALTER TABLE {self.table} ENABLE TRIGGER USER")

    def drop(self, *constraints):
        with connection.schema_editor() as editor:
            for constraint in constraints:
                editor.remove_constraint(self.model, constraint)
        self.dropped += constraints

    def clear(self):
        """Take the copies away."""
        self._delete(set(self.model._base_manager.values_list("pk", flat=True)) - self.before)

    def _delete(self, keys):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            column = connection.ops.quote_name(self.model._meta.pk.column)
            cursor.execute(f"DELETE FROM {self.table} WHERE {column} = ANY(%s)", [list(keys)])

    def _indexes(self):
        """The names of the table's indexes, the oldest first."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
                " WHERE indrelid = %s::regclass ORDER BY indexrelid",
                [self.table],
            )
            return [name for (name,) in cursor.fetchall()]

    @staticmethod
    def _run(sql):
        with connection.cursor() as cursor:
            cursor.execute(sql)


def write(copy):
    """What one of the two does."""

    def run():
        with transaction.atomic():
            copy.save_base(raw=True, force_insert=True)
        return copy

    return run


@pytest.mark.parametrize(("model", "constraint"), FACTS)
def test_of_two_at_once_one_is_kept(committed_world, model, constraint):
    row = template(model, constraint)
    assert row is not None, f"the demo has no {model.__name__} that {constraint.name} watches"
    with Alone(model, constraint, row) as table:
        results = together(*map(write, copies(model, constraint, row)))
        # Two that each wait for the other's range are told apart by a deadlock.
        refused = [str(result) for result in results if isinstance(result, IntegrityError | OperationalError)]
        assert len(refused) == 1 and (constraint.name in refused[0] or "deadlock" in refused[0]), results
        table.clear()
        table.drop(constraint)
        results = together(*map(write, copies(model, constraint, row)))
        assert not [result for result in results if isinstance(result, Exception)], results
