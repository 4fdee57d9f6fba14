"""Sheets in the administration: what each row would do, bad rows, hostile cells, all or nothing, once."""

import codecs
import datetime
import io
import uuid
import zipfile

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from audit.errors import Refused, Stale
from audit.models import Event
from governance import middleware
from orgs import actions, sheets
from orgs.enums import Level, UnitKind
from orgs.exports import write_template
from orgs.imports import IMPORTERS, PERSONS, TERMS, UNITS, cells
from orgs.imports.plan import Change, fingerprint, template_notes
from orgs.models import Import, OrgUnit, Person, Term, User
from orgs.permissions import PowerMissing, scopes
from orgs.powers import Power
from tests import factories
from tests.transactional import committed, together

__all__ = ["committed"]
TODAY = datetime.date(2026, 11, 22)
STREET = "990101001"
UNIT_HEAD = ("单位代码", "单位名称", "上级代码", "类型", "户数")
TERM_HEAD = ("单位代码", "组织名称", "职务", "姓名", "任职日期", "任职依据")


@pytest.fixture(autouse=True)
def clock(monkeypatch, at):
    monkeypatch.setattr(middleware, "now", lambda: at)


@pytest.fixture
def admin(liuxi):
    return liuxi.people.administrator.user


def sheet(*rows, encoding="utf-8"):
    text = "\n".join(",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows)
    file = io.BytesIO(text.encode(encoding))
    file.name = "名册.csv"
    return file


def lines(importer, *rows):
    return importer.lines(sheets.read(sheet(*rows)))


def plan(importer, user, *rows):
    return importer.plan(lines(importer, *rows), user, TODAY)


def said(planned):
    return [row.change.value for row in planned]


def run(importer, user, at, *rows, seen=None, token=None):
    found = lines(importer, *rows)
    seen = seen or fingerprint(importer.plan(found, user, TODAY))
    return actions.import_sheet(
        kind=importer.key,
        lines=found,
        token=token or uuid.uuid4(),
        name="名册.csv",
        sha256="0" * 64,
        seen=seen,
        by=user,
        at=at,
    )


# Cells


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-06", (2026, 3, 6)),
        ("2026/3/6", (2026, 3, 6)),
        ("2026.3.6", (2026, 3, 6)),
        ("2026年3月6日", (2026, 3, 6)),
        ("２０２６－０３－０６", (2026, 3, 6)),
        ("20260306", (2026, 3, 6)),
        ("1949-10-01", (1949, 10, 1)),
        ("", None),
        ("—", None),
    ],
)
def test_days_are_read_as_people_write_them(text, day):
    assert cells.day(text, "日期") == (day and datetime.date(*day))


@pytest.mark.parametrize(
    "text", ["1949-09-30", "0001-01-01", "2026-02-30", "3月6日", "二〇二六年", "2101-01-01", "x" * 999]
)
def test_other_days_are_refused_with_what_was_written(text):
    with pytest.raises(cells.BadCell) as reason:
        cells.day(text, "日期")
    assert "日期" in str(reason.value) and len(str(reason.value)) < 200


@pytest.mark.parametrize(("text", "number"), [("２，２３６", 2236), ("2 236", 2236), ("0", 0), ("无", None)])
def test_whole_numbers_are_read_with_full_width_figures(text, number):
    assert cells.whole(text, "户数") == number


@pytest.mark.parametrize("text", ["-5", "1.5", "一百", "1e3", "9" * 12])
def test_other_numbers_are_refused(text):
    with pytest.raises(cells.BadCell):
        cells.whole(text, "户数")


# Units


def test_units_are_new_changed_or_unchanged(liuxi, admin, at):
    rows = (
        UNIT_HEAD,
        (f"{STREET}001", "柳溪社区", STREET, "社区", "２２４０"),
        (f"{STREET}002", "桃园社区", STREET, "居委会", ""),
        (f"{STREET}009-01", "𠮷㙓苑", f"{STREET}009", "小区", "300"),
        (f"{STREET}009", "新桥村", STREET, "村", "—"),
    )
    planned = plan(UNITS, admin, *rows)
    assert said(planned) == ["changed", "unchanged", "new", "new"]
    assert "2236 → 2240" in planned[0].detail
    found = run(UNITS, admin, at, *rows)
    assert found == {Change.BAD: 0, Change.NEW: 2, Change.CHANGED: 1, Change.UNCHANGED: 1}
    village = OrgUnit.objects.get(code=f"{STREET}009")
    assert (village.kind, village.parent, village.short_name) == (UnitKind.VILLAGE, liuxi.street, "新桥村")
    compound = OrgUnit.objects.get(name="𠮷㙓苑")
    assert compound.path == f"{village.path}{compound.pk}/" and compound.level == Level.COMPOUND
    liuxi.unit.refresh_from_db()
    assert liuxi.unit.households == 2240
    assert Event.objects.filter(verb="unit_opened", path=compound.path).exists()
    assert Event.objects.get(verb="unit_changed").data == {"households": [2236, 2240]}
    history = LogEntry.objects.filter(user=admin, content_type__model="orgunit").order_by("object_id")
    assert {(entry.object_id, entry.is_addition()) for entry in history} == {
        (str(liuxi.unit.pk), False),
        (str(village.pk), True),
        (str(compound.pk), True),
    }
    changed = history.get(object_id=str(liuxi.unit.pk))
    assert str(OrgUnit._meta.get_field("households").verbose_name) in changed.get_change_message()
    done = Event.objects.get(verb="sheet_imported")
    assert done.data["new"] == 2 and done.data["sha256"] == "0" * 64
    assert said(plan(UNITS, admin, *rows)) == ["unchanged"] * 4


BAD_UNITS = (
    ("{code}", "", STREET, "社区", ""),
    ("{code}", "甲", STREET, "", ""),
    ("{code}", "甲", STREET, "公司", ""),
    ("{code}", "甲", STREET, "社区", "很多"),
    ("{code}", "=HYPERLINK(1)", STREET, "社区", ""),
    ("{code}", "长" * 10_000, STREET, "社区", ""),
    ("九九", "甲", STREET, "社区", ""),
    ("{code}", "#DIV/0!", STREET, "社区", ""),
    ("{code}", "甲", STREET, "社区", "#N/A"),
    ("A" * 30, "甲", STREET, "社区", ""),
    ("{code}", "甲", "", "社区", ""),
    ("{code}", "甲", "000", "社区", ""),
    ("{code}", "甲", f"{STREET}001-01", "社区", ""),
    (f"{STREET}001", "柳溪社区", f"{STREET}002", "社区", ""),
    (f"{STREET}001", "柳溪社区", STREET, "小区", ""),
    ("990102", "别处", "", "街道", ""),
)


def test_bad_units_are_named_with_their_reasons_and_nothing_is_written(liuxi, admin, at):
    bad = [(row[0].format(code=f"{STREET}{20 + place:03}"), *row[1:]) for place, row in enumerate(BAD_UNITS)]
    rows = (UNIT_HEAD, (f"{STREET}008", "好社区", STREET, "社区", ""), *bad)
    good, *wrong = plan(UNITS, admin, *rows)
    assert good.change == Change.NEW
    assert said(wrong) == ["bad"] * len(BAD_UNITS)
    assert [row.number for row in wrong] == list(range(3, 3 + len(wrong)))
    assert all(0 < len(row.detail) < 300 for row in wrong) and len({row.detail for row in wrong}) >= 10
    with pytest.raises(Refused):
        run(UNITS, admin, at, *rows)
    assert not OrgUnit.objects.filter(code=f"{STREET}008").exists() and not Import.objects.exists()


def test_a_sheet_makes_no_village_of_a_community_with_records(liuxi, admin):
    (row,) = plan(UNITS, admin, UNIT_HEAD, (liuxi.unit.code, "柳溪村", STREET, "村", ""))
    assert row.change == Change.BAD and liuxi.unit.name in row.detail


def test_a_unit_twice_in_a_sheet_and_one_below_a_bad_one_are_bad(liuxi, admin):
    planned = plan(
        UNITS,
        admin,
        UNIT_HEAD,
        (f"{STREET}003", "甲社区", STREET, "社区", ""),
        (f"{STREET}003", "乙社区", STREET, "社区", ""),
        (f"{STREET}004", "丙社区", "000", "社区", ""),
        (f"{STREET}004-01", "丁苑", f"{STREET}004", "小区", ""),
    )
    assert said(planned) == ["new", "bad", "bad", "bad"]


def test_units_elsewhere_are_none_of_this_administrators_business(liuxi, admin):
    other = factories.unit(Level.STREET, code="880101001", name="白石镇", kind=UnitKind.TOWN)
    planned = plan(
        UNITS, admin, UNIT_HEAD, (other.code, "改名", "", "镇", ""), ("880101001001", "甲村", other.code, "村", "")
    )
    assert said(planned) == ["bad", "bad"]


# Persons


def test_persons_are_told_apart_by_their_remark(liuxi, admin, at):
    rows = (
        ("姓名", "性别", "备注"),
        ("林晓雯", "女", ""),
        ("𠮷㙓", "男", ""),
        ("王芳", "女", "桃园社区"),
        ("王芳", "女", "柳溪社区"),
    )
    known = Person.objects.get(name="林晓雯")
    Person.objects.filter(pk=known.pk).update(gender="")
    assert said(plan(PERSONS, admin, *rows)) == ["changed", "new", "new", "new"]
    run(PERSONS, admin, at, *rows)
    known.refresh_from_db()
    assert LogEntry.objects.get(object_id=str(known.pk)).is_change() and LogEntry.objects.count() == 4
    assert known.gender == "f" and Person.objects.filter(name="王芳").count() == 2
    assert Event.objects.filter(verb="person_added").count() == 3
    again = (
        *rows,
        ("王芳", "女", ""),
        ("王芳", "男", "柳溪社区"),
        ("=1", "", ""),
        ("人" * 61, "", ""),
        ("甲", "？", ""),
    )
    assert said(plan(PERSONS, admin, *again)) == ["unchanged"] * 4 + ["bad"] * 5


def test_a_person_with_an_office_elsewhere_is_not_changed(liuxi, admin):
    elsewhere = factories.body("organisation_office", factories.unit(Level.STREET))
    clerk = liuxi.people.clerk
    Person.objects.filter(pk=clerk.pk).update(gender="")
    factories.appoint(clerk, elsewhere, "officer")
    assert said(plan(PERSONS, admin, ("姓名", "性别"), (clerk.name, "女"))) == ["bad"]


# Terms


def test_terms_give_powers(liuxi, admin, at):
    person = factories.person("宋文")
    account = factories.user_for(person)
    rows = (
        TERM_HEAD,
        (f"{STREET}001", "柳溪社区工作者", "社区工作者", "宋文", "2026年11月1日", "街道任命"),
    )
    office = next(post for post in liuxi.bodies["community_staff"].row.offices if post.key == "worker")
    rows = (TERM_HEAD, (*rows[1][:2], str(office.title), *rows[1][3:]))
    assert said(plan(TERMS, admin, *rows)) == ["new"]
    run(TERMS, admin, at, *rows)
    term = Term.objects.get(person=person)
    assert (term.office, term.started_on, term.source) == ("worker", datetime.date(2026, 11, 1), "街道任命")
    assert Power.RUN_MEETINGS in scopes(User.objects.get(pk=account.pk), on=TODAY)
    assert Event.objects.get(verb="term_started").data["office"] == "worker"
    assert said(plan(TERMS, admin, *rows)) == ["unchanged"]


def row_of(liuxi, kind, office, name, on="2026-11-01", source="选举"):
    body = liuxi.bodies[kind]
    return (body.unit.code, body.name, office, name, on, source)


def test_a_sheet_of_terms_is_judged_as_single_appointments_are(liuxi, admin, at):
    for name in ("甲", "乙", "丙"):
        factories.person(name)
    factories.person("同名", note="一")
    factories.person("同名", note="二")
    committee, supervision = "residents_committee", "supervision_committee"
    rows = (
        row_of(liuxi, committee, "committee_member", "甲"),
        row_of(liuxi, committee, "committee_member", "甲"),  # twice
        row_of(liuxi, supervision, "committee_member", "甲"),  # the law does not allow both
        row_of(liuxi, committee, "chair", "乙"),  # taken
        row_of(liuxi, committee, "emperor", "乙"),
        row_of(liuxi, committee, "committee_member", "没有此人"),
        row_of(liuxi, committee, "committee_member", "同名"),
        row_of(liuxi, committee, "committee_member", "丙", on="1948-01-01"),
        row_of(liuxi, committee, "committee_member", "丙", on="2001-01-01"),  # before the body
        row_of(liuxi, committee, "committee_member", "丙", source=""),
        row_of(liuxi, committee, "committee_member", "马俊杰"),  # oneself
        ("000", "居民委员会", "委员", "丙", "2026-11-01", "选举"),
    )
    planned = plan(TERMS, admin, TERM_HEAD, *rows)
    assert said(planned) == ["new"] + ["bad"] * 11
    assert len({row.detail for row in planned}) >= 10
    before = Term.objects.count()
    with pytest.raises(Refused):
        run(TERMS, admin, at, TERM_HEAD, *rows)
    assert Term.objects.count() == before


# Once, as shown, by whom


def test_a_preview_confirmed_twice_is_done_once(liuxi, admin, at):
    token, rows = uuid.uuid4(), (("姓名",), ("甲",))
    run(PERSONS, admin, at, *rows, token=token)
    with pytest.raises(Stale):
        run(PERSONS, admin, at, *rows, token=token)
    assert Person.objects.filter(name="甲").count() == 1


def test_what_changed_since_the_preview_stops_the_import(liuxi, admin, at):
    rows = (("姓名",), ("甲",), ("乙",))
    seen = fingerprint(plan(PERSONS, admin, *rows))
    factories.person("甲")
    with pytest.raises(Stale):
        run(PERSONS, admin, at, *rows, seen=seen)
    assert not Person.objects.filter(name="乙").exists() and not Import.objects.exists()


def test_a_fault_in_the_middle_leaves_nothing(liuxi, admin, at, monkeypatch):
    monkeypatch.setattr("orgs.imports.persons.record_all", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run(PERSONS, admin, at, ("姓名",), ("甲",))
    assert not Person.objects.filter(name="甲").exists() and not Import.objects.exists()


@pytest.mark.parametrize("importer", IMPORTERS.values(), ids=list(IMPORTERS))
def test_nobody_imports_without_the_power(liuxi, at, importer):
    for person in (liuxi.people.clerk, liuxi.people.secretary, liuxi.people.stranger):
        found = importer.lines([sheets.Row(1, tuple(c.names[0] for c in importer.columns)), sheets.Row(2, ("x",))])
        with pytest.raises(PowerMissing):
            actions.import_sheet(
                kind=importer.key,
                lines=found,
                token=uuid.uuid4(),
                name="x",
                sha256="0" * 64,
                seen="",
                by=person.user,
                at=at,
            )
    assert not Import.objects.exists()


def test_the_database_refuses_an_import_without_digest_and_a_token_twice(admin, at):
    facts = {"kind": "units", "name": "x", "done_by": admin, "done_at": at}
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Import.objects.create(token=uuid.uuid4(), sha256="x", **facts)
    assert error.value.__cause__.diag.constraint_name == "import_has_digest"
    token = uuid.uuid4()
    Import.objects.create(token=token, sha256="0" * 64, **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Import.objects.create(token=token, sha256="0" * 64, **facts)


@pytest.mark.slow
def test_two_confirmations_at_the_same_moment_import_once(committed, at):
    """The second waits for the first, finds its token used and is told so; no row is there twice."""
    user = factories.liuxi().people.administrator.user
    rows = (("姓名",), ("甲",), ("乙",))
    seen, token = fingerprint(plan(PERSONS, user, *rows)), uuid.uuid4()

    def confirm():
        return run(PERSONS, User.objects.get(pk=user.pk), at, *rows, seen=seen, token=token)

    results = together(confirm, confirm)
    assert sum(isinstance(result, Stale) for result in results) == 1, results
    assert Person.objects.filter(name__in=["甲", "乙"]).count() == 2
    assert Import.objects.count() == 1


def test_many_rows_cost_as_many_queries_as_few(liuxi, admin):
    numbers = []
    scopes(admin, on=TODAY)
    for count in (2, 400):
        persons = (("姓名",), *((f"人{number}",) for number in range(count)))
        units = (
            UNIT_HEAD,
            *((f"{STREET}{row + 100:03}", f"社区{row}", STREET, "社区", "") for row in range(count)),
        )
        with CaptureQueriesContext(connection) as queries:
            plan(PERSONS, admin, *persons)
            plan(UNITS, admin, *units)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] <= 8


# The page


@pytest.fixture
def client(liuxi, client_for):
    return client_for(liuxi.people.administrator)


PAGE = {key: f"admin:orgs_{model}_import" for key, model in zip(IMPORTERS, ("orgunit", "person", "term"), strict=True)}


def test_upload_preview_mend_and_confirm(client, liuxi):
    url = reverse(PAGE["units"])
    assert url in client.get(reverse("admin:orgs_orgunit_changelist")).content.decode()
    bad = sheet((*UNIT_HEAD, "颜色"), (f"{STREET}008", "新社区", STREET, "公司", "", "红"))
    page = client.post(url, {"file": bad})
    assert page.context["upload"].unknown == ("颜色",) and "颜色" in page.content.decode()
    assert page.status_code == 200 and not page.context["packed"]
    assert page.context["found"][Change.BAD] == 1 and not Import.objects.exists()
    page = client.post(
        url, {"file": sheet(UNIT_HEAD, (f"{STREET}008", "新社区", STREET, "社区", ""), encoding="gb18030")}
    )
    packed = page.context["packed"]
    assert packed and not OrgUnit.objects.filter(name="新社区").exists()
    assert client.post(url, {"packed": packed}).status_code == 302
    assert OrgUnit.objects.get(name="新社区").parent == liuxi.street
    again = client.post(url, {"packed": packed})
    assert again.status_code == 409 and again.context["refusal"]
    assert OrgUnit.objects.filter(name="新社区").count() == 1
    assert len(Import.objects.get().sha256) == 64


def test_a_preview_is_its_owners_and_of_one_kind(client, liuxi, client_for):
    packed = client.post(reverse(PAGE["persons"]), {"file": sheet(("姓名",), ("甲",))}).context["packed"]
    other = factories.person("另一管理员")
    factories.appoint(other, liuxi.bodies["portal_administration"], "administrator")
    factories.user_for(other, is_staff=True)
    for person, key, sent in (
        (other, "persons", packed),
        (liuxi.people.administrator, "units", packed),
        (liuxi.people.administrator, "persons", packed[:-3] + "abc"),
        (liuxi.people.administrator, "persons", ""),
    ):
        answer = client_for(person).post(reverse(PAGE[key]), {"packed": sent})
        assert answer.status_code == 409 and answer.context["refusal"]
    assert not Person.objects.filter(name="甲").exists()


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "x")
        package.writestr("xl/workbook.xml", b"0" * 2000)
    return out.getvalue()


def macros():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"):
            package.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        "姓名\n甲".encode("utf-16-le"),
        codecs.BOM_UTF16_LE + b"\x00",
        "没有\n这一列".encode(),
        "姓名".encode(),
        "姓名\n".encode() + b"a\n" * 10_001,
        b"PK\x03\x04 no zip",
        macros(),
        b"%PDF-1.4",
        "<html><table><tr><td>姓名".encode(),
    ],
    ids=["empty", "binary", "no mark", "half", "columns", "no rows", "too many", "no zip", "macros", "pdf", "html"],
)
def test_a_file_that_is_no_sheet_is_refused_with_a_message(client, content):
    file = io.BytesIO(content)
    file.name = "名册.xlsx"
    page = client.post(reverse(PAGE["persons"]), {"file": file})
    assert page.status_code == 200 and page.context["form"].errors["file"]


def test_a_zip_bomb_is_refused(client, monkeypatch):
    monkeypatch.setattr("audit.packages.MAX_UNPACKED", 1000)
    file = io.BytesIO(bomb())
    file.name = "名册.xlsx"
    page = client.post(reverse(PAGE["persons"]), {"file": file})
    assert page.status_code == 200 and page.context["form"].errors["file"]


@pytest.mark.parametrize("key", IMPORTERS)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_is_a_sheet_that_the_import_understands(client, key, kind):
    content = client.get(reverse(PAGE[key]), {"template": kind}).content
    row = sheets.read(io.BytesIO(content))[0]
    assert list(row.cells) == [column.names[0] for column in IMPORTERS[key].columns]
    filled = io.BytesIO()
    examples = [column.example for column in IMPORTERS[key].columns]
    write_template("csv", "x", list(row.cells), (), filled)
    again = sheets.read(io.BytesIO(filled.getvalue() + ",".join(examples).encode()))
    assert len(IMPORTERS[key].lines(again)) == 1
    assert len(list(template_notes(IMPORTERS[key].columns))) == len(examples) + 1


def test_units_that_are_their_own_parents_are_bad_rows(client, liuxi, admin):
    rows = (
        ("990101001901", "圆社区", "990101001901", "社区", "1"),
        ("990101001902", "甲街道", "990101001903", "街道", "1"),
        ("990101001903", "乙街道", "990101001902", "街道", "1"),
    )
    assert said(plan(UNITS, admin, UNIT_HEAD, *rows)) == ["bad", "bad", "bad"]
    answer = client.post(reverse(PAGE["units"]), {"file": sheet(UNIT_HEAD, *rows)}, follow=True)
    assert answer.status_code == 200


def test_a_change_of_kind_is_told_in_words(liuxi, admin):
    factories.unit(parent=liuxi.street, name="新社区", code=f"{STREET}008")
    (row,) = plan(UNITS, admin, UNIT_HEAD, (f"{STREET}008", "新社区", STREET, "村", ""))
    assert str(UnitKind.VILLAGE.label) in row.detail and UnitKind.VILLAGE.value not in row.detail


def test_personal_numbers_and_what_is_no_name_are_not_kept(client, admin):
    wrong = (("0", ""), ("<b>粗</b>", ""), ("林甲", "420303199003077513"), ("林乙", "电话 138 0013 8000"))
    assert said(plan(PERSONS, admin, ("姓名", "备注"), *wrong, ("林丙", "三组"))) == ["bad"] * 4 + ["new"]
    for name, note in wrong:
        page = client.post(reverse("admin:orgs_person_add"), {"name": name, "gender": "", "note": note})
        assert page.status_code == 200 and page.context["adminform"].form.errors
    assert not Person.objects.filter(name__in=[name for name, _note in wrong]).exists()


@pytest.mark.parametrize("name", ["林\u200b甲", "林\n甲", "林\u2028甲"])
def test_names_hold_no_sign_that_nobody_sees(client, liuxi, name):
    page = client.post(reverse("admin:orgs_person_add"), {"name": name, "gender": "", "note": ""})
    assert page.context["adminform"].form.errors["name"]
    with pytest.raises(ValidationError):
        OrgUnit(name=name).clean()
    page = client.post(reverse("admin:orgs_orgunit_change", args=[liuxi.unit.pk]), {"name": name})
    assert page.context["adminform"].form.errors["name"]


def test_a_body_is_named_by_its_kind_as_the_example_is(liuxi, admin):
    with translation.override("zh-hans"):
        row = (f"{STREET}001", "居民委员会", "委员", "林新", "2026-11-01", "选举")
        Person.objects.create(name="林新")
        (planned,) = plan(TERMS, admin, TERM_HEAD, row)
    assert planned.change == Change.NEW and planned.row.body.kind == "residents_committee"
