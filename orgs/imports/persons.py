"""Persons from a sheet. Who has the same name is told apart by the remark."""

from collections import Counter, defaultdict

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import record_all
from orgs.imports.cells import BadCell, needed, one_of, text
from orgs.imports.plan import Asked, Change, Importer, Planned, bad
from orgs.models import Person, Term
from orgs.permissions import EVERYWHERE, administration, in_reach
from orgs.powers import Power
from orgs.rules import person_errors

GENDERS = {"f": ("女",), "m": ("男",)}
NAME_COLUMN = Asked("name", ("姓名", "name"), help=gettext_lazy("As on the official list."), example="林晓雯")
NOTE_COLUMN = Asked(
    "note",
    ("备注", "区分说明"),
    False,
    gettext_lazy("Tells persons of the same name apart. No identity number, telephone or address."),
    "柳溪社区工作者",
)
COLUMNS = (NAME_COLUMN, Asked("gender", ("性别",), False, gettext_lazy("男 or 女."), "女"), NOTE_COLUMN)
NAME = {column.key: column.names[0] for column in COLUMNS}
LONGEST = {"name": 60, "note": 100}


def within(cell, key):
    """BadCell when the text of this column is longer than it may be."""
    if len(cell) > LONGEST[key]:
        raise BadCell(_("“%(name)s” is longer than %(most)s characters.") % {"name": NAME[key], "most": LONGEST[key]})
    return cell


def by_name(names, held):
    """{name: persons of that name that lie in the scope `held`}. One query."""
    found = defaultdict(list)
    for person in Person.objects.filter(in_reach(held), name__in=names).order_by("id"):
        found[person.name].append(person)
    return found


def plan(lines, user, on):
    """What becomes of each line. Two queries."""
    held = administration(user, Power.MANAGE_TERMS, on=on)
    known = by_name({line.values["name"] for line in lines}, held)
    foreign = _foreign([person.pk for persons in known.values() for person in persons], held, on)
    seen, planned = Counter(), []
    for line in lines:
        label = f"{line.values['name']} {line.values['note']}".strip()[:120]
        try:
            row = _plan_line(line, known, foreign, seen)
        except BadCell as reason:
            row = bad(line, label, reason)
        row.label = label
        planned.append(row)
    return planned


def _foreign(persons, held, on):
    """Those of `persons` (ids) who have a lasting term where the user keeps no terms."""
    if held == EVERYWHERE:
        return set()
    terms = Term.objects.filter(person__in=persons).exclude(ended_on__lte=on)
    paths = terms.values_list("person_id", "body__unit__path").distinct()
    return {person for person, path in paths if not held.covers(path)}


def _plan_line(line, known, foreign, seen):
    name = within(needed(line.values["name"], NAME["name"]), "name")
    note = within(text(line.values["note"], NAME["note"]), "note")
    for reason in person_errors(name, note).values():
        raise BadCell(reason)
    gender = one_of(line.values["gender"], NAME["gender"], GENDERS) or ""
    seen[name, note] += 1
    if seen[name, note] > 1:
        raise BadCell(_("This person stands in an earlier row. Write a remark if it is another one."))
    same = [person for person in known[name] if person.note == note]
    if len(same) > 1:
        raise BadCell(_("Several persons have this name and remark; change them on their pages."))
    if not same:
        if known[name] and not note:
            others = _("、").join(person.note or "–" for person in known[name])
            raise BadCell(
                _("There is a person of this name already (%(others)s). Write that remark, or one of its own.")
                % {"others": others}
            )
        return Planned(line.number, "", Change.NEW, row=Person(name=name, note=note, gender=gender))
    person = same[0]
    if not gender or person.gender == gender:
        return Planned(line.number, "", Change.UNCHANGED)
    if person.pk in foreign:
        raise BadCell(_("The person also holds an office outside your area."))
    old, person.gender = person.get_gender_display(), gender
    said = f"{NAME['gender']}{_(': ')}{old or '–'} → {person.get_gender_display()}"
    return Planned(line.number, "", Change.CHANGED, said, row=person, facts={"gender": [old, person.gender]})


def write(planned, by, at):
    """Insert the new persons, update the changed ones, record each."""
    new = [row.row for row in planned if row.change == Change.NEW]
    Person.objects.bulk_create(new, batch_size=2000)
    changed = [row.row for row in planned if row.change == Change.CHANGED]
    Person.objects.bulk_update(changed, ["gender"], batch_size=1000)
    events = [{"verb": "person_added", "obj": person} for person in new]
    events += [{"verb": "person_changed", "obj": person, "data": {"columns": ["gender"]}} for person in changed]
    record_all(events, by=by, at=at)


PERSONS = Importer("persons", gettext_lazy("Import persons"), COLUMNS, Power.MANAGE_TERMS, plan, write)
