"""Persons and their terms. Whoever changes a term sends `terms_changed`, so that powers follow."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import record
from audit.errors import Refused, Stale
from orgs.enums import Standing
from orgs.models import Body, Kinship, Person, Term
from orgs.offices import office as office_row
from orgs.permissions import require_administration, require_administration_of
from orgs.powers import Power
from orgs.rules import BARRED, KIN, due_after, held_already, kin_refusal, term_refusal
from orgs.signals import terms_changed


@transaction.atomic
def add_person(*, person, by, at):
    """Add the unsaved `person`. Needs `manage_terms` somewhere."""
    require_administration(by, Power.MANAGE_TERMS, None, at=at)
    person.save(force_insert=True)
    record(by=by, verb="person_added", obj=person, at=at)
    return person


@transaction.atomic
def change_person(*, person, facts, by, at):
    """Change name, gender or note of a person."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    require_administration_of(by, person, at=at)
    changed = [column for column, value in facts.items() if getattr(person, column) != value]
    for column in changed:
        setattr(person, column, facts[column])
    if changed:
        person.save(update_fields=changed)
        record(by=by, verb="person_changed", obj=person, at=at, data={"columns": sorted(changed)})
    return person


def _barred_by(person, body, on):
    """(title of the other body, basis) when the law keeps a person who is in it out of `body`, else None."""
    for one, other, basis in BARRED:
        if body.kind in (one, other):
            against = other if body.kind == one else one
            held = (
                Term.objects.filter(person=person, body__kind=against, body__unit=body.unit_id)
                .exclude(ended_on__lte=on)
                .select_related("body")
                .first()
            )
            if held:
                return held.body.row.title, basis
    return None


def _why_kin_bars(person, body, on):
    """Why a declared near relative keeps `person` out of `body` on the day `on`, or None."""
    against = {}
    for one, other, basis in KIN:
        if body.kind in (one, other):
            against[other if body.kind == one else one] = basis
    if not against:
        return None
    relatives = {row.relative_of(person).pk for row in Kinship.objects.of(person).not_ended_on(on)}
    held = Term.objects.filter(person__in=relatives, body__kind__in=against, body__unit=body.unit_id)
    term = held.exclude(ended_on__lte=on).select_related("body", "person").first()
    return term and kin_refusal(term.person, term.body.row.title, against[term.body.kind])


@transaction.atomic
def declare_kinship(*, person, relative, relation, by, at):
    """Note that two persons declared to be near relatives; returns the Kinship. Needs `manage_terms` for both.

    Terms that run go on; the composition of the bodies shows what the law asks to be put right.
    """
    for somebody in (person, relative):
        require_administration_of(by, somebody, at=at)
    if person.pk == relative.pk:
        raise Refused(_("Nobody is their own relative."))
    if not relation.strip():
        raise Refused(_("Say how they are related."))
    one, other = sorted((person, relative), key=lambda somebody: somebody.pk)
    list(Person.objects.select_for_update().filter(pk__in=[one.pk, other.pk]).order_by("pk"))
    if Kinship.objects.filter(one=one, other=other, ended_on=None).exists():
        raise Stale(_("They are declared as near relatives already."))
    kinship = Kinship.objects.create(
        one=one, other=other, relation=relation.strip(), declared_on=timezone.localdate(at)
    )
    record(by=by, verb="kinship_declared", obj=person, at=at)
    return kinship


def kept_apart(kinship, on):
    """Why the law asks the two of `kinship` to be parted on the day `on`, by the offices that they hold; or None."""
    held = Term.objects.filter(person__in=[kinship.one_id, kinship.other_id]).exclude(ended_on__lte=on)
    reasons = (_why_kin_bars(term.person, term.body, on) for term in held.select_related("person", "body__unit"))
    return next((reason for reason in reasons if reason), None)


@transaction.atomic
def end_kinship(*, kinship, by, at):
    """Note that it no longer holds, or was noted by mistake."""
    kinship = Kinship.objects.select_for_update(of=("self",)).select_related("one", "other").get(pk=kinship.pk)
    for somebody in (kinship.one, kinship.other):
        require_administration_of(by, somebody, at=at)
    if kinship.ended_on:
        raise Stale(_("This has ended already."))
    kinship.ended_on = timezone.localdate(at)
    kinship.save(update_fields=["ended_on"])
    record(by=by, verb="kinship_ended", obj=kinship.one, at=at)
    return kinship


def _start(*, person, body, office, started_on, source, by, at, seat=None, standing=Standing.FULL, due_on=None):
    """Start a term under the lock of its body."""
    try:
        post = office_row(body.kind, office)
    except KeyError:
        raise Refused(_("%(body)s has no such office.") % {"body": body}) from None
    holders = list(
        Term.objects.filter(body=body, office=office).exclude(ended_on__lte=started_on).select_related("person")
    )
    if own := next((term for term in holders if term.person_id == person.pk), None):
        raise Stale(held_already(own, started_on))
    due_on = due_on or due_after(body.row, started_on)
    reason = term_refusal(
        post,
        body,
        holders,
        person=person,
        seat=seat,
        started_on=started_on,
        due_on=due_on,
        is_self=person.user_id is not None and person.user_id == by.pk,
        barred_by=_barred_by(person, body, started_on),
    )
    if reason := reason or _why_kin_bars(person, body, started_on):
        raise Refused(reason)
    term = Term.objects.create(
        person=person,
        body=body,
        office=office,
        seat=seat,
        standing=standing,
        started_on=started_on,
        due_on=due_on,
        source=source,
    )
    record(
        by=by,
        verb="term_started",
        obj=term,
        at=at,
        path=body.unit.path,
        data={"body": body.name, "office": office, "on": str(started_on), "source": source},
    )
    return term


def _end(*, term, on, by, at):
    """End a term under the lock of its body: `on` is the first day without it."""
    if term.ended_on is not None and term.ended_on <= on:
        raise Stale(_("The term of %(person)s has ended already.") % {"person": term.person})
    if on < term.started_on:
        raise Refused(_("A term ends after it begins."))
    term.ended_on = on
    term.save(update_fields=["ended_on"])
    record(
        by=by,
        verb="term_ended",
        obj=term,
        at=at,
        path=term.body.unit.path,
        data={"body": term.body.name, "office": term.office, "on": str(on)},
    )


def _lock(body, by, at):
    body = Body.objects.select_for_update(of=("self",)).select_related("unit").get(pk=body.pk)
    require_administration(by, Power.MANAGE_TERMS, body.unit.path, at=at)
    return body


@transaction.atomic
def appoint(*, person, body, office, started_on, source, by, at, seat=None, standing=Standing.FULL, due_on=None):
    """Give `person` an office of `body` from `started_on` on. `due_on` follows from the body's term when not given.

    Raises Refused when the office is taken, the law bars the person, or it is one's own; Stale when they hold it.
    """
    body = _lock(body, by, at)
    term = _start(
        person=person,
        body=body,
        office=office,
        started_on=started_on,
        source=source,
        seat=seat,
        standing=standing,
        due_on=due_on,
        by=by,
        at=at,
    )
    terms_changed.send(Term, persons=[person.pk])
    return term


@transaction.atomic
def end_term(*, term, on, by, at):
    """End a term; `on` is the first day without it. Ending it on the day it began undoes an entry made in error."""
    body = _lock(term.body, by, at)
    term = Term.objects.select_related("person").get(pk=term.pk)
    term.body = body
    _end(term=term, on=on, by=by, at=at)
    terms_changed.send(Term, persons=[term.person_id])
    return term


@transaction.atomic
def hand_over(*, body, on, successors, source, by, at, due_on=None, offices=()):
    """换届: end every running term of the body's offices named in `successors` and start the new ones on the same day.

    `successors` is a list of (office, person, seat or None); `offices` are ended too, and stay vacant when nobody
    follows. Who is elected again gets a new term. One transaction: if one appointment is refused, nothing is handed
    over. Returns (ended terms, new terms).
    """
    body = _lock(body, by, at)
    offices = {*offices, *(office for office, _person, _seat in successors)}
    if not offices:
        raise Refused(_("Name at least one office."))
    old = list(body.terms.filter(office__in=offices).running_on(on).select_related("person"))
    for term in old:
        term.body = body
        _end(term=term, on=on, by=by, at=at)
    new = [
        _start(
            person=person,
            body=body,
            office=office,
            seat=seat,
            started_on=on,
            source=source,
            due_on=due_on,
            by=by,
            at=at,
        )
        for office, person, seat in successors
    ]
    terms_changed.send(Term, persons=sorted({term.person_id for term in [*old, *new]}))
    return old, new


@transaction.atomic
def change_standing(*, term, standing, on, source, by, at):
    """From `on` the person holds the office with another standing: a probationary member confirmed, say."""
    body = _lock(term.body, by, at)
    term = Term.objects.select_related("person").get(pk=term.pk)
    term.body = body
    if term.standing == standing:
        raise Stale(_("The term has this standing already."))
    seat, due_on = term.seat, term.due_on
    _end(term=term, on=on, by=by, at=at)
    new = _start(
        person=term.person,
        body=body,
        office=term.office,
        seat=seat,
        standing=standing,
        started_on=on,
        due_on=due_on,
        source=source,
        by=by,
        at=at,
    )
    terms_changed.send(Term, persons=[term.person_id])
    return new


@transaction.atomic
def suspend_person(*, person, reason, by, at):
    """From today on the person has no power and no vote anywhere; the terms themselves go on."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    require_administration_of(by, person, at=at)
    if person.suspended_on:
        raise Stale(_("%(person)s is suspended already.") % {"person": person})
    if not reason:
        raise Refused(_("Give a reason."))
    person.suspended_on, person.suspension_reason = timezone.localdate(at), reason
    person.save(update_fields=["suspended_on", "suspension_reason"])
    record(by=by, verb="person_suspended", obj=person, at=at, data={"reason": reason})
    return person


@transaction.atomic
def reinstate_person(*, person, by, at):
    """The person's terms give powers and votes again."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    require_administration_of(by, person, at=at)
    if not person.suspended_on:
        raise Stale(_("%(person)s is not suspended.") % {"person": person})
    person.suspended_on, person.suspension_reason = None, ""
    person.save(update_fields=["suspended_on", "suspension_reason"])
    record(by=by, verb="person_reinstated", obj=person, at=at)
    return person
