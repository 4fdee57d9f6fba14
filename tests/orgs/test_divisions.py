"""Import of administrative divisions: names, refusals, repetition, interruption."""

import csv

import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from orgs import divisions, naming
from orgs.enums import Level, UnitKind
from orgs.models import OrgUnit
from tests import factories

FILES = {
    "provinces.csv": "code,name\n99,江北省\n",
    "cities.csv": "code,name,provinceCode\n9901,青州市,99\n",
    "areas.csv": "code,name,cityCode,provinceCode\n990101,东城区,9901,99\n",
    "streets.csv": (
        "code,name,areaCode,provinceCode,cityCode\n"
        "990101001,青禾街道,990101,99,9901\n"
        "990101100,白石镇,990101,99,9901\n"
        "990101200,云上乡,990101,99,9901\n"
        "990101400,青州经济开发区,990101,99,9901\n"
    ),
    "villages.csv": (
        "code,name,streetCode,provinceCode,cityCode,areaCode\n"
        "990101001001,柳溪社区居民委员会,990101001,99,9901,990101\n"
        "990101001002,桃园社区居委会,990101001,99,9901,990101\n"
        "990101100200,和平村民委员会,990101100,99,9901,990101\n"
        "990101100201,新桥村委会,990101100,99,9901,990101\n"
        "990101400498,开发区虚拟生活区,990101400,99,9901,990101\n"
    ),
}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def add(folder, name, *lines):
    with (folder / name).open("a", encoding="utf-8") as stream:
        stream.writelines(line + "\n" for line in lines)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("柳溪社区居民委员会", "柳溪"),
        ("柳溪社区居委会", "柳溪"),
        ("柳溪社区", "柳溪"),
        ("城关居民委员会", "城关"),
        ("和平村民委员会", "和平"),
        ("和平村村民委员会", "和平"),
        ("和平村委会", "和平"),
        ("和平村村委会", "和平"),
        ("张村委会", "张村"),
        ("青禾街道办事处", "青禾"),
        ("青禾街道", "青禾"),
        ("白石镇", "白石"),
        ("白镇", "白镇"),
        ("云上乡", "云上"),
        ("社区", "社区"),
        ("镇", "镇"),
        ("青州经济开发区", "青州经济开发区"),
    ],
)
def test_short_name(name, short):
    assert naming.short_name(name) == short


@pytest.mark.parametrize(("text", "letters"), [("柳溪", "lx"), ("重庆路", "cql"), ("A区 1号", "aq1h"), ("", "")])
def test_initials(text, letters):
    assert naming.initials(text) == letters


@pytest.mark.django_db
def test_import_makes_the_tree(folder, capsys):
    call_command("import_divisions", folder)
    assert dict(OrgUnit.objects.values_list("name", "kind")) == {
        "江北省": UnitKind.PROVINCE,
        "青州市": UnitKind.CITY,
        "东城区": UnitKind.DISTRICT,
        "青禾街道": UnitKind.STREET,
        "白石镇": UnitKind.TOWN,
        "云上乡": UnitKind.TOWNSHIP,
        "青州经济开发区": UnitKind.OTHER_STREET,
        "柳溪社区居民委员会": UnitKind.RESIDENTS,
        "桃园社区居委会": UnitKind.RESIDENTS,
        "和平村民委员会": UnitKind.VILLAGE,
        "新桥村委会": UnitKind.VILLAGE,
        "开发区虚拟生活区": UnitKind.OTHER_COMMUNITY,
    }
    liuxi = OrgUnit.objects.get(code="990101001001")
    assert (liuxi.short_name, liuxi.initials, liuxi.level) == ("柳溪", "lx", Level.COMMUNITY)
    assert [unit.name for unit in OrgUnit.objects.ancestors_of(liuxi)] == ["江北省", "青州市", "东城区", "青禾街道"]
    assert OrgUnit.objects.filter(path="").count() == 0
    assert [unit.name for unit in OrgUnit.objects.find("lx")] == ["柳溪社区居民委员会"]
    assert "villages.csv: 5 created, 0 renamed, 0 unchanged, 0 refused" in capsys.readouterr().out
    assert Event.objects.get(verb="divisions_imported").data["streets.csv"] == [4, 0]


@pytest.mark.django_db
def test_import_again_changes_nothing_that_people_entered(folder, capsys):
    call_command("import_divisions", folder)
    unit = OrgUnit.objects.get(code="990101001001")
    unit.short_name, unit.households = "柳溪里", 2236
    unit.parent = OrgUnit.objects.get(code="990101100")
    unit.save()
    before = list(OrgUnit.objects.order_by("pk").values())
    call_command("import_divisions", folder)
    assert list(OrgUnit.objects.order_by("pk").values()) == before
    assert Event.objects.filter(verb="divisions_imported").count() == 1


@pytest.mark.django_db
def test_import_takes_over_a_new_official_name(folder):
    call_command("import_divisions", folder)
    text = FILES["villages.csv"].replace("新桥村委会", "新桥社区居委会")
    (folder / "villages.csv").write_text(text, encoding="utf-8")
    call_command("import_divisions", folder)
    unit = OrgUnit.objects.get(code="990101100201")
    assert (unit.name, unit.kind, unit.initials) == ("新桥社区居委会", UnitKind.RESIDENTS, "xq")


BAD_VILLAGES = {
    "990101999001,无主村委会,990101999,99,9901,990101": "990101999",  # unknown parent
    "99010100100,短码居委会,990101001,99,9901,990101": "99010100100",  # malformed
    "99010100１003,全角居委会,990101001,99,9901,990101": "99010100１003",
    "990101001001,再来居委会,990101001,99,9901,990101": "990101001001",  # duplicate
    "990101001003,,990101001,99,9901,990101": "",  # empty name
    "990101001004,  ,990101001,99,9901,990101": "",
    "990101001005,错位居委会,990101100,99,9901,990101": "990101100",  # not below its parent's code
    "990101001006,无上级居委会,,99,9901,990101": "",
    "990101001007,少列": "",
    "990101001008,多列居委会,990101001,99,9901,990101,x": "",
    f"990101001009,{'长' * 101},990101001,99,9901,990101": "",
}


@pytest.mark.django_db
def test_import_refuses_bad_rows_with_line_and_reason_and_keeps_the_others(folder, tmp_path, capsys):
    add(folder, "villages.csv", *BAD_VILLAGES, "990101001010,末行居委会,990101001,99,9901,990101")
    report = tmp_path / "refused.csv"
    with pytest.raises(CommandError) as failed:
        call_command("import_divisions", folder, refused=report)
    assert failed.value.returncode == 2
    with report.open(encoding="utf-8") as stream:
        header, *rows = csv.reader(stream)
    assert header == ["file", "line", "reason"]
    found = {int(line): reason for file, line, reason in rows if file == "villages.csv"}
    assert len(rows) == len(found) == len(BAD_VILLAGES)
    for line, (text, part) in enumerate(BAD_VILLAGES.items(), start=7):
        assert part in found[line], text
        assert f"villages.csv:{line}: {found[line]}" in capsys.readouterr().err or line > 7
    assert OrgUnit.objects.filter(code="990101001010").exists()
    assert OrgUnit.objects.filter(level=Level.COMMUNITY).count() == 6


@pytest.mark.django_db
def test_import_refuses_a_code_that_a_unit_of_another_level_has(folder):
    factories.unit(Level.COMPOUND, code="990101001001")
    with pytest.raises(CommandError, match="1 rows were refused"):
        call_command("import_divisions", folder)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("streets.csv", None),
        ("streets.csv", "code,title\n1,2\n"),
        ("streets.csv", ""),
        ("villages.csv", "code,name,streetCode\n\xff"),
    ],
)
def test_import_stops_at_a_file_that_cannot_be_read(folder, name, text):
    if text is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(text.encode("latin-1"))
    with pytest.raises(CommandError, match=name) as failed:
        call_command("import_divisions", folder)
    assert failed.value.returncode == 1


@pytest.mark.django_db
def test_import_goes_on_after_an_interruption(folder, monkeypatch):
    monkeypatch.setattr(divisions, "BATCH", 2)
    write, done = divisions._write, []

    def interrupted(table, rows, outcome):
        if table.level == Level.COMMUNITY and done:
            raise KeyboardInterrupt
        if table.level == Level.COMMUNITY:
            done.append(1)
        write(table, rows, outcome)

    monkeypatch.setattr(divisions, "_write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        call_command("import_divisions", folder)
    assert OrgUnit.objects.filter(level=Level.COMMUNITY).count() == 2
    monkeypatch.setattr(divisions, "_write", write)
    call_command("import_divisions", folder)
    assert OrgUnit.objects.filter(level=Level.COMMUNITY).count() == 5


@pytest.mark.django_db
def test_import_takes_the_same_number_of_statements_for_more_rows(folder, django_assert_max_num_queries):
    lines = [f"9901010015{n:02},测试{n}居委会,990101001,99,9901,990101" for n in range(90)]
    add(folder, "villages.csv", *lines)
    with django_assert_max_num_queries(40):
        call_command("import_divisions", folder)
    assert OrgUnit.objects.filter(level=Level.COMMUNITY).count() == 95
