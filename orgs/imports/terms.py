"""Terms from a sheet: who holds which office of which body, from which day. A term that is there is never changed."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import record_all
from orgs.enums import Standing
from orgs.imports.cells import BadCell, day, needed, one_of, text, whole
from orgs.imports.persons import NAME_COLUMN, NOTE_COLUMN, by_name
from orgs.imports.plan import Asked, Change, Importer, Planned, bad
from orgs.models import Body, Kinship, Term
from orgs.permissions import administration
from orgs.powers import Power
from orgs.rules import BARRED, KIN, due_after, held_already, kin_refusal, term_refusal
from orgs.signals import terms_changed

STANDINGS = {Standing.FULL: ("正式",), Standing.PROBATIONARY: ("预备",), Standing.SUSPENDED: ("暂停表决权",)}
COLUMNS = (
    Asked(
        "unit",
        ("单位代码", "代码", "unit"),
        help=gettext_lazy("The code of the unit where the body stands."),
        example="420303001001",
    ),
    Asked(
        "body",
        ("组织名称", "组织", "机构", "body"),
        help=gettext_lazy("The name of the body or what kind it is, such as 居民委员会, 居民代表会议 or 业主委员会."),
        example="居民委员会",
    ),
    Asked(
        "office",
        ("职务", "office"),
        help=gettext_lazy("As it is called in that body."),
        example="委员",
    ),
    NAME_COLUMN,
    NOTE_COLUMN,
    Asked(
        "seat",
        ("席位", "席位号"),
        False,
        gettext_lazy("A number, where seats are told apart."),
        "",
    ),
    Asked(
        "standing",
        ("身份",),
        False,
        gettext_lazy("正式, 预备 or 暂停表决权; 正式 when empty."),
        "正式",
    ),
    Asked(
        "started_on",
        ("任职日期", "开始日期", "from"),
        help=gettext_lazy("The first day."),
        example="2026-01-12",
    ),
    Asked(
        "due_on",
        ("届满日期",),
        False,
        gettext_lazy("Follows from the length of a term when empty."),
        "2031-01-12",
    ),
    Asked(
        "source", ("任职依据", "依据"), help=gettext_lazy("What the appointment rests on."), example="2026年换届选举"
    ),
)
NAME = {column.key: column.names[0] for column in COLUMNS}


@dataclass
class Known:
    """What the lines are judged against: bodies by code, persons by name, and the terms there are or will be.

    The terms are found by who holds them, by office where its seats are limited, and by seat, so that ten thousand
    representatives are not compared with each other.
    """

    user: object
    bodies: dict
    persons: dict
    kin: dict = field(default_factory=lambda: defaultdict(list))
    terms: dict = field(default_factory=lambda: defaultdict(list))

    def add(self, term):
        """Take a term into account from now on."""
        office = (term.body_id, term.office)
        for key in ((term.body_id, term.person_id), office, (*office, term.seat)):
            self.terms[key].append(term)

    def own(self, person, body, on):
        """The terms of `person` in `body` that last beyond the day `on`."""
        return [term for term in self.terms[body.pk, person.pk] if _lasts(term, on)]

    def holders(self, post, body, seat, on):
        """Whoever may stand in the way of a new term in this office: all where seats are limited, else that seat's."""
        limited = post.seats and post.seats[1] is not None
        if not limited and seat is None:
            return []
        key = (body.pk, post.key) if limited else (body.pk, post.key, seat)
        return [term for term in self.terms[key] if _lasts(term, on)]

    def barred_by(self, person, body, on):
        """(title of the other body, basis) when the law keeps `person` out of `body`, or None."""
        for one, other, basis in BARRED:
            if body.kind not in (one, other):
                continue
            against = other if body.kind == one else one
            for rival in self.bodies.get(body.unit.code, ()):
                if rival.kind == against and self.own(person, rival, on):
                    return rival.row.title, basis
        return None

    def why_kin_bars(self, person, body, on):
        """Why a declared near relative keeps `person` out of `body` on the day `on`, or None."""
        for one, other, basis in KIN:
            if body.kind not in (one, other):
                continue
            against = other if body.kind == one else one
            for rival in self.bodies.get(body.unit.code, ()):
                for relative in self.kin[person.pk] if rival.kind == against else ():
                    if self.own(relative, rival, on):
                        return kin_refusal(relative, rival.row.title, basis)
        return None


def _lasts(term, on):
    return term.ended_on is None or term.ended_on > on


def plan(lines, user, on):
    """What becomes of each line. Four queries."""
    held = administration(user, Power.MANAGE_TERMS, on=on)
    codes = {line.values["unit"].upper() for line in lines}
    bodies = defaultdict(list)
    for body in Body.objects.filter(held.q("unit__path"), unit__code__in=codes).select_related("unit"):
        bodies[body.unit.code].append(body)
    known = Known(user, bodies, by_name({line.values["name"] for line in lines}, held))
    everywhere = [body.pk for found in bodies.values() for body in found]
    for term in Term.objects.filter(body__in=everywhere).select_related("person"):
        known.add(term)
    for kinship in Kinship.objects.filter(ended_on=None).select_related("one", "other"):
        known.kin[kinship.one_id].append(kinship.other)
        known.kin[kinship.other_id].append(kinship.one)
    planned = []
    for line in lines:
        label = " ".join(line.values[key] for key in ("name", "body", "office"))[:120]
        try:
            row = _plan_line(line, known)
        except BadCell as reason:
            row = bad(line, label, reason)
        row.label = label
        planned.append(row)
    return planned


def _plan_line(line, known):
    values = line.values
    body = _body(values, known)
    post = _office(values, body)
    person = _person(values, known)
    seat = whole(values["seat"], NAME["seat"])
    if seat is not None and not 1 <= seat <= 999:
        raise BadCell(_("“%(name)s” is a number from 1 to 999.") % {"name": NAME["seat"]})
    standing = one_of(values["standing"], NAME["standing"], STANDINGS) or Standing.FULL
    started_on = day(needed(values["started_on"], NAME["started_on"]), NAME["started_on"])
    due_on = day(values["due_on"], NAME["due_on"])
    source = needed(values["source"], NAME["source"])
    if len(source) > 200:
        raise BadCell(_("“%(name)s” is longer than %(most)s characters.") % {"name": NAME["source"], "most": 200})
    own = next((term for term in known.own(person, body, started_on) if term.office == post.key), None)
    if own is not None:
        if own.pk and own.started_on == started_on and own.seat == seat:
            return Planned(line.number, "", Change.UNCHANGED)
        raise BadCell(held_already(own, started_on))
    due_on = due_on or due_after(body.row, started_on)
    reason = term_refusal(
        post,
        body,
        known.holders(post, body, seat, started_on),
        person=person,
        seat=seat,
        started_on=started_on,
        due_on=due_on,
        is_self=person.user_id is not None and person.user_id == known.user.pk,
        barred_by=known.barred_by(person, body, started_on),
    )
    if reason := reason or known.why_kin_bars(person, body, started_on):
        raise BadCell(reason)
    term = Term(
        person=person,
        body=body,
        office=post.key,
        seat=seat,
        standing=standing,
        started_on=started_on,
        due_on=due_on,
        source=source,
    )
    known.add(term)
    return Planned(line.number, "", Change.NEW, row=term)


def _body(values, known):
    """The body that a line means: by its name, or by what kind it is when there is one of that kind."""
    code = needed(values["unit"], NAME["unit"]).upper()
    word = needed(values["body"], NAME["body"])
    here = known.bodies.get(code)
    if not here:
        raise BadCell(_("There is no unit with the code %(code)s and a body in your area.") % {"code": code})
    found = [body for body in here if body.name == word and not body.dissolved_on]
    found = found or [body for body in here if not body.dissolved_on and word in _kind_names(body)]
    if len(found) == 1:
        return found[0]
    if found:
        raise BadCell(_("Several bodies may be meant; write the whole name."))
    raise BadCell(_("There is no such body at %(unit)s: %(body)s") % {"unit": here[0].unit, "body": word[:40]})


def _kind_names(body):
    """What the kind of `body` is called: its key and its titles, also without the word for the place before them."""
    titles = {str(body.row.title), str(body.row.title_in(body.unit.is_village))}
    return {body.kind} | titles | {title.removeprefix("社区") for title in titles}


def _office(values, body):
    word = needed(values["office"], NAME["office"])
    for post in body.row.offices:
        if word in (post.key, str(post.title)):
            return post
    offices = _("、").join(str(post.title) for post in body.row.offices) or "–"
    raise BadCell(_("%(body)s has these offices: %(offices)s") % {"body": body, "offices": offices})


def _person(values, known):
    name = needed(values["name"], NAME["name"])
    note = text(values["note"], NAME["note"])
    found = [person for person in known.persons[name] if not note or person.note == note]
    if not found:
        raise BadCell(_("This person is unknown; import the persons first."))
    if len(found) > 1:
        raise BadCell(_("Several persons have this name; write the remark that tells them apart."))
    return found[0]


def write(planned, by, at):
    """Insert the new terms, record each, let the powers follow."""
    new = [row.row for row in planned if row.change == Change.NEW]
    Term.objects.bulk_create(new, batch_size=2000)
    events = [
        {
            "verb": "term_started",
            "obj": term,
            "path": term.body.unit.path,
            "data": {
                "body": term.body.name,
                "office": term.office,
                "on": str(term.started_on),
                "source": term.source,
            },
        }
        for term in new
    ]
    record_all(events, by=by, at=at)
    terms_changed.send(Term, persons=sorted({term.person_id for term in new}))


TERMS = Importer("terms", gettext_lazy("Import terms"), COLUMNS, Power.MANAGE_TERMS, plan, write)
