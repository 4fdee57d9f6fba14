"""Is a body put together as it should be? Pure: facts in, findings out.

A *breach* is against the law or a Party rule; a *target* is something a rule asks for "generally", a local design or a
gap in the register. Neither blocks anything: an office that is lawfully held goes on until handover. Internal only.
"""

import datetime
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from orgs.enums import Standing
from orgs.offices import BODY_KINDS
from orgs.rules import BASES, KIN


@dataclass(frozen=True)
class Holder:
    """One running term, as far as composition is concerned."""

    person_id: int
    name: str
    office: str
    gender: str = ""
    standing: str = Standing.FULL
    due_on: datetime.date | None = None


@dataclass(frozen=True)
class Facts:
    """The running terms of the bodies of one unit by body kind, on the day `on`.

    `party` are the ids of the persons known to be Party members (they hold a term of a Party body anywhere), `kin` the
    pairs of ids of declared near relatives.
    """

    holders: dict
    on: datetime.date
    households: int | None = None
    party: frozenset = frozenset()
    kin: frozenset = frozenset()

    def of(self, kind, *offices):
        """The holders in a body of this kind, of these offices only when any are given."""
        return [holder for holder in self.holders.get(kind, ()) if not offices or holder.office in offices]

    def persons(self, kind, *offices):
        return {holder.person_id for holder in self.of(kind, *offices)}


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be. `is_breach`: of law; else a missed target. `basis`: a key of BASES.

    `is_party`: it tells who is a Party member, and is for the Party organisation alone.
    """

    is_breach: bool
    text: str
    basis: str
    is_party: bool = False

    @property
    def source(self):
        """The law or rule in full, in the active language."""
        return BASES.get(self.basis, self.basis)


def breach(text, basis):
    return Finding(True, text, basis)


def target(text, basis):
    return Finding(False, text, basis)


def size(number, least, most, make, basis):
    """A finding when `number` members are not between `least` and `most`."""
    if least <= number <= most:
        return []
    text = _("%(number)s members; the rule says %(least)s to %(most)s.")
    return [make(text % {"number": number, "least": least, "most": most}, basis)]


def has_woman(holders, basis):
    """At least one woman; when genders are not recorded that is a gap, not a breach."""
    if any(holder.gender == "f" for holder in holders):
        return []
    if any(not holder.gender for holder in holders):
        return [target(_("No woman is recorded; enter the gender of the members."), basis)]
    return [breach(_("No woman is a member."), basis)]


def kept_apart(facts, kind):
    """A breach for each pair of near relatives whom the law keeps out of the body `kind` with the other (`KIN`)."""
    found = []
    for one, other, basis in KIN:
        if kind != other:
            continue
        for holder in facts.of(kind):
            for near in facts.of(one):
                is_first = kind != one or holder.person_id < near.person_id
                if is_first and frozenset((holder.person_id, near.person_id)) in facts.kin:
                    text = _("%(name)s and %(other)s are near relatives; the law keeps them apart.")
                    found.append(breach(text % {"name": holder.name, "other": near.name}, basis))
    return list(dict.fromkeys(found))


def residents_committee(facts):
    holders = facts.of("residents_committee")
    return size(len(holders), 5, 9, breach, "URC 8") + has_woman(holders, "URC 8")


def villagers_committee(facts):
    holders = facts.of("villagers_committee")
    # The amended VC was not seen for the number, so it does not count as a breach here.
    return size(len(holders), 3, 7, target, "VC 6") + has_woman(holders, "VC 6")


def _supervision(facts, kind, committee, basis):
    findings = []
    both = facts.persons(kind) & facts.persons(committee)
    for name in sorted({holder.name for holder in facts.of(kind) if holder.person_id in both}):
        text = _("%(name)s is also a member of the committee that is supervised.")
        findings.append(breach(text % {"name": name}, basis))
    findings += size(len(facts.persons(kind)), 3, 5, target, "guidance 2017")
    if facts.persons(kind, "chair") & facts.persons("party_committee", "secretary"):
        findings.append(target(_("The chair is the Party secretary."), "guidance 2017"))
    return findings


def supervision_committee(facts):
    return _supervision(facts, "supervision_committee", "residents_committee", "URC 36")


def village_supervision_committee(facts):
    return _supervision(facts, "village_supervision_committee", "villagers_committee", "VC 32")


def _four_fifths(representatives, committee, basis):
    body = len(representatives | committee)
    if not body or len(representatives) * 5 >= body * 4:
        return []
    text = _("%(reps)s representatives in a meeting of %(body)s; they must be at least four fifths.")
    return [breach(text % {"reps": len(representatives), "body": body}, basis)]


def residents_reps(facts):
    committee = facts.persons("residents_committee")
    # A committee member is in the meeting by that office and does not count as a representative.
    representatives = facts.persons("residents_reps") - committee
    findings = _four_fifths(representatives, committee, "URC 28")
    if facts.households and representatives:
        each = facts.households / len(representatives)
        if not 20 <= each <= 50:
            text = _("One representative for about %(number)s households; usual are 20 to 50.")
            findings.append(target(text % {"number": round(each)}, "URC 14"))
    return findings


def villagers_reps(facts):
    committee = facts.persons("villagers_committee")
    holders = [holder for holder in facts.of("villagers_reps") if holder.person_id not in committee]
    findings = _four_fifths({holder.person_id for holder in holders}, committee, "VC 29")
    women = sum(holder.gender == "f" for holder in holders)
    unknown = sum(not holder.gender for holder in holders)
    if women * 3 < len(holders):
        text = _("%(women)s of %(reps)s representatives are women; at least one third must be.")
        make = breach if (women + unknown) * 3 < len(holders) else target
        findings.append(make(text % {"women": women, "reps": len(holders)}, "VC 29"))
    return findings


def branch_committee(facts):
    committee = facts.of("branch_committee")
    findings = size(len(facts.persons("branch_committee")), 3, 5, target, "BR 12") if len(committee) > 2 else []
    if len(facts.persons("branch_committee")) > 7:
        findings = [breach(_("A branch committee has at most seven members."), "BR 12")]
    if not facts.of("branch_assembly"):
        return findings
    formal = len({h.person_id for h in facts.of("branch_assembly") if h.standing != Standing.PROBATIONARY})
    if formal < 3:
        text = _("%(number)s formal Party members; a branch needs three.")
        findings.append(breach(text % {"number": formal}, "BR 4"))
    elif formal > 50:
        findings.append(target(_("%(number)s Party members; usually at most 50.") % {"number": formal}, "BR 4"))
    members = facts.persons("branch_committee", "committee_member")
    if formal < 7 and members:
        text = _("%(number)s formal Party members: a branch committee needs seven; otherwise a secretary and a deputy.")
        findings.append(breach(text % {"number": formal}, "BR 12"))
    elif formal >= 7 and not members:
        text = _("%(number)s formal Party members: a branch of seven or more has a committee.")
        findings.append(breach(text % {"number": formal}, "BR 12"))
    return findings


def mediation_committee(facts):
    holders = facts.of("mediation_committee")
    return size(len(holders), 3, 9, breach, "PM 8") + has_woman(holders, "PM 8")


def owners_committee(facts):
    members = facts.persons("owners_committee")
    party = len(members & facts.party)
    if party * 2 >= len(members):
        return []
    text = _("%(party)s of %(number)s members are known as Party members; half is aimed at.")
    return [Finding(False, text % {"party": party, "number": len(members)}, "local target", is_party=True)]


def one_one_n_x(facts, kind):
    """Every slot of 1+1+N+X filled; the single ones once."""
    findings = []
    slots = {}
    for post in kind.offices:
        slots.setdefault(post.slot, []).append(post)
    for slot, posts in slots.items():
        if not facts.of(kind.key, *(post.key for post in posts)):
            titles = pgettext("between names", ", ").join(str(post.title) for post in posts)
            text = _("Slot %(slot)s of 1+1+N+X is empty (%(titles)s).")
            findings.append(target(text % {"slot": slot[0], "titles": titles}, "local design"))
    return findings


def big_party_committee(facts):
    return size(len(facts.persons("big_party_committee")), 9, 11, target, "local design")


CHECKS = {
    check.__name__: check
    for check in (
        residents_committee,
        villagers_committee,
        supervision_committee,
        village_supervision_committee,
        residents_reps,
        villagers_reps,
        branch_committee,
        mediation_committee,
        owners_committee,
        big_party_committee,
    )
}


def seats(facts, kind):
    """Offices with a fixed number of seats: too many holders, or nobody."""
    findings = []
    for post in kind.offices:
        if not post.seats or post.slot:
            continue
        least, most = post.seats
        number = len(facts.persons(kind.key, post.key))
        if number < least:
            findings.append(target(_("Vacant: %(office)s.") % {"office": post.title}, kind.basis))
        elif most is not None and number > most:
            text = _("%(number)s persons hold the office %(office)s.")
            findings.append(breach(text % {"number": number, "office": post.title}, kind.basis))
    return findings


def overdue(facts, kind):
    """Terms past their end, in office until handover."""
    late = [holder for holder in facts.of(kind.key) if holder.due_on is not None and holder.due_on <= facts.on]
    if not late:
        return []
    text = _("%(number)s terms are past their end since %(day)s; hold the election.")
    day = min(holder.due_on for holder in late)
    words = {"number": len({h.person_id for h in late}), "day": date_format(day, "DATE_FORMAT")}
    return [target(text % words, kind.basis)]


def findings(key, facts):
    """What is not as it should be with the body of kind `key`: breaches first."""
    kind = BODY_KINDS[key]
    found = seats(facts, kind) + overdue(facts, kind)
    if kind.is_one_one_n_x:
        found += one_one_n_x(facts, kind)
    if key in CHECKS:
        found += CHECKS[key](facts)
    found += kept_apart(facts, key)
    return sorted(found, key=lambda finding: not finding.is_breach)
