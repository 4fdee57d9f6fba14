"""Reads the tables of administrative divisions (five CSV files, the columns of the package `china-division`)."""

import csv
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from orgs.enums import Level, UnitKind
from orgs.models import OrgUnit
from orgs.naming import initials, kind_of_community, kind_of_street, short_name

BATCH = 5000


@dataclass(frozen=True)
class Table:
    """One file: its units' level, the column with the parent's code, and how many digits a code has."""

    file: str
    level: Level
    parent_column: str | None
    digits: int
    kind: object  # function of the name

    @property
    def columns(self):
        return {"code", "name", self.parent_column} - {None}


def _always(kind):
    return lambda name: kind


# Parents before children.
TABLES = (
    Table("provinces.csv", Level.PROVINCE, None, 2, _always(UnitKind.PROVINCE)),
    Table("cities.csv", Level.CITY, "provinceCode", 4, _always(UnitKind.CITY)),
    Table("areas.csv", Level.DISTRICT, "cityCode", 6, _always(UnitKind.DISTRICT)),
    Table("streets.csv", Level.STREET, "areaCode", 9, kind_of_street),
    Table("villages.csv", Level.COMMUNITY, "streetCode", 12, kind_of_community),
)


class BadFile(Exception):
    """A file is missing or is not a table of divisions; nothing of it was read."""


@dataclass(frozen=True)
class Row:
    """A line of a file that looks right by itself."""

    line: int
    code: str
    name: str
    parent: str


@dataclass
class Outcome:
    """What became of the rows of one table. `refused`: (file, line, reason)."""

    created: int = 0
    renamed: int = 0
    unchanged: int = 0
    refused: list = field(default_factory=list)


def row_refusal(table, line, seen):
    """Why the values of a line (a dict) cannot be a unit, or None. `seen` are the codes of earlier lines."""
    if None in line or None in line.values():
        return _("the line has too few or too many columns")
    code, name = line["code"].strip(), line["name"].strip()
    parent = line[table.parent_column].strip() if table.parent_column else ""
    if not re.fullmatch(rf"[0-9]{{{table.digits}}}", code):
        return _("the code “%(code)s” does not have %(digits)s digits") % {"code": code, "digits": table.digits}
    if code in seen:
        return _("the code %(code)s stands in an earlier line") % {"code": code}
    if not name:
        return _("the name is empty")
    if len(name) > 100:
        return _("the name is longer than 100 characters")
    if not code.startswith(parent):
        return _("the code %(code)s does not begin with %(parent)s, the one it belongs to") % {
            "code": code,
            "parent": parent,
        }
    return None


@contextmanager
def open_table(folder, table):
    """The lines of a file as dicts. Raises BadFile when it is missing, has other columns or is not CSV in UTF-8."""
    path = folder / table.file
    reader = None
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            missing = table.columns - set(reader.fieldnames or ())
            if missing:
                raise BadFile(f"{path}: " + _("columns are missing:") + f" {', '.join(sorted(missing))}")
            yield reader
    except OSError as error:
        raise BadFile(f"{path}: {error.strerror}") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadFile(f"{path}:{reader.line_num if reader else 1}: {error}") from None


def read_rows(table, reader, refused):
    """The good rows of a table, one by one; the others go to `refused`."""
    seen = set()
    for line in reader:
        reason = row_refusal(table, line, seen)
        if reason:
            refused.append((table.file, reader.line_num, reason))
            yield None
            continue
        code = line["code"].strip()
        seen.add(code)
        parent = line[table.parent_column].strip() if table.parent_column else ""
        yield Row(reader.line_num, code, line["name"].strip(), parent)


def import_table(folder, table, *, advance=lambda number: None):
    """Write the units of one file, a committed batch at a time; `advance` is told how many lines are done.

    A unit that is there already keeps its place in the tree and everything people entered; only a new official name
    is taken over. Running it again goes on where it stopped. Raises BadFile.
    """
    outcome = Outcome()
    with open_table(folder, table) as reader:
        lines = read_rows(table, reader, outcome.refused)
        while batch := list(islice(lines, BATCH)):
            _write(table, [row for row in batch if row], outcome)
            advance(len(batch))
    return outcome


@transaction.atomic
def _write(table, rows, outcome):
    """One batch: three statements, or four when names changed."""
    known = {unit.code: unit for unit in OrgUnit.objects.filter(code__in=[row.code for row in rows])}
    above = dict(
        OrgUnit.objects.filter(code__in={row.parent for row in rows if row.parent}, level__lt=table.level).values_list(
            "code", "pk"
        )
    )
    new, renamed = [], []
    for row in rows:
        unit = known.get(row.code)
        if unit is not None:
            if unit.level != table.level:
                reason = _("the code %(code)s belongs to a unit of another level") % {"code": row.code}
                outcome.refused.append((table.file, row.line, reason))
            elif unit.name == row.name:
                outcome.unchanged += 1
            else:
                renamed.append(_named(unit, table, row))
        elif table.parent_column and row.parent not in above:
            reason = _("the unit %(parent)s that it belongs to is unknown") % {"parent": row.parent or "–"}
            outcome.refused.append((table.file, row.line, reason))
        else:
            new.append(_named(OrgUnit(code=row.code, level=table.level, parent_id=above.get(row.parent)), table, row))
    OrgUnit.objects.bulk_create(new)
    OrgUnit.objects.bulk_update(renamed, ["name", "short_name", "initials", "kind"])
    outcome.created += len(new)
    outcome.renamed += len(renamed)


def _named(unit, table, row):
    unit.name = row.name
    unit.short_name = short_name(row.name)[:60]
    unit.initials = initials(unit.short_name)
    unit.kind = table.kind(row.name)
    return unit
