"""Why something may not be done to the organisation (pure). Each returns the reason, or None."""

import re
import unicodedata

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from orgs.enums import UnitKind
from orgs.naming import has_unseen

# The laws and rules that orgs/offices.py and orgs/composition.py cite, under the short names that they use.
BASES = {
    "URC 8": gettext_lazy("Organic Law of the Urban Residents' Committees, article 8"),
    "URC 8, 13": gettext_lazy("Organic Law of the Urban Residents' Committees, articles 8 and 13"),
    "URC 14": gettext_lazy("Organic Law of the Urban Residents' Committees, article 14"),
    "URC 28": gettext_lazy("Organic Law of the Urban Residents' Committees, article 28"),
    "URC 28, 29": gettext_lazy("Organic Law of the Urban Residents' Committees, articles 28 and 29"),
    "URC 36": gettext_lazy("Organic Law of the Urban Residents' Committees, article 36"),
    "VC 6": gettext_lazy("Organic Law of the Villagers' Committees, article 6"),
    "VC 6, 11": gettext_lazy("Organic Law of the Villagers' Committees, articles 6 and 11"),
    "VC 29": gettext_lazy("Organic Law of the Villagers' Committees, article 29"),
    "VC 29, 30": gettext_lazy("Organic Law of the Villagers' Committees, articles 29 and 30"),
    "VC 32": gettext_lazy("Organic Law of the Villagers' Committees, article 32"),
    "BR 4": gettext_lazy("Regulations on the Work of Party Branches (trial), article 4"),
    "BR 12": gettext_lazy("Regulations on the Work of Party Branches (trial), article 12"),
    "PM 8": gettext_lazy("People's Mediation Law, article 8"),
    "PM 8, 9": gettext_lazy("People's Mediation Law, articles 8 and 9"),
    "CC 277": gettext_lazy("Civil Code, article 277"),
    "RCEO 31": gettext_lazy("Law on Rural Collective Economic Organisations, article 31"),
    "guidance 2017": gettext_lazy("Guidance on village affairs supervision committees (2017)"),
    "local target": gettext_lazy("local target"),
    "local design": gettext_lazy("local design"),
}

# Who belongs to the left committee is barred from the right one (URC 36; VC 32 for villages).
BARRED = (
    ("residents_committee", "supervision_committee", "URC 36"),
    ("villagers_committee", "village_supervision_committee", "VC 32"),
)

# Near relatives of a member of the left committee are kept out of the right one (URC 8, 13 and 36; VC 32 for villages).
KIN = (
    ("residents_committee", "residents_committee", "URC 8, 13"),
    ("residents_committee", "supervision_committee", "URC 36"),
    ("villagers_committee", "village_supervision_committee", "VC 32"),
)


# An identity number of 15 or 18 figures or a mobile number, also with blanks or hyphens between the figures.
_PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:[1-9]\d{16}[\dXx]|[1-9]\d{14}|1[3-9]\d{9})(?!\d)")


def unseen_reason(text):
    """Why a name cannot be kept for the signs in it that nobody sees, or None."""
    return _("It holds a line break or signs that cannot be seen. Please type it anew.") if has_unseen(text) else None


def person_errors(name, note):
    """{field: why it cannot be kept} for the name of a person and the remark that tells them apart."""
    errors = {field: reason for field, text in (("name", name), ("note", note)) if (reason := unseen_reason(text))}
    if not any(char.isalpha() for char in name) or set(name) & set("<>"):
        errors["name"] = _("Please write the name of the person.")
    for field, text in (("name", name), ("note", note)):
        if _PERSONAL_NUMBER.search(re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))):
            errors[field] = _("Identity numbers and mobile numbers are not kept here.")
    return errors


def parent_refusal(unit, parent, on):
    """Why `unit` cannot belong to `parent` on the day `on`."""
    if unit.pk and (parent.pk == unit.pk or parent.path.startswith(unit.path)):
        return _("%(unit)s cannot belong to itself or to a unit below it.") % {"unit": unit}
    if parent.level >= unit.level:
        return _("%(unit)s (%(level)s) cannot belong to %(parent)s (%(parent_level)s).") % {
            "unit": unit,
            "level": unit.get_level_display(),
            "parent": parent,
            "parent_level": parent.get_level_display(),
        }
    if not parent.is_open_on(on):
        return _("%(parent)s is closed.") % {"parent": parent}
    return None


def move_refusal(unit, parent, on):
    """Why `unit` cannot be moved below `parent`."""
    if unit.parent_id == parent.pk:
        return _("%(unit)s already belongs to %(parent)s.") % {"unit": unit, "parent": parent}
    if not unit.is_open_on(on):
        return _("%(unit)s is closed.") % {"unit": unit}
    return parent_refusal(unit, parent, on)


def kind_refusal(unit, kind, has_records):
    """Why `unit` cannot become one of another `kind`; `has_records`: bodies, notices or matters under its law.

    URC and VC know other bodies, deciders and notices. 撤村建居 is decided by the government, and makes a new unit.
    """
    if has_records and UnitKind.VILLAGE in {unit.kind, kind} and unit.kind != kind:
        return _(
            "%(unit)s has bodies, notices or matters by the law for its kind. When a village becomes a community by "
            "decision of the government, or the other way round, add a new unit and close this one."
        ) % {"unit": unit}
    return None


def close_refusal(unit, open_children, running_terms, on):
    """Why `unit` cannot be closed: numbers of open units directly below it and of terms that still run."""
    if not unit.is_open_on(on):
        return _("%(unit)s is closed already.") % {"unit": unit}
    if open_children:
        return _("%(number)s units below it are open; close or move them first.") % {"number": open_children}
    if running_terms:
        return _("%(number)s terms still run; end them first.") % {"number": running_terms}
    return None


def appointment_refusal(post, holders, *, is_self, is_suspended, barred_by):
    """Why a person cannot be given the office `post`.

    `holders` are the names of those who hold it from that day on; `barred_by` is (body, basis) of an office the person
    holds that the law does not allow beside this one.
    """
    if is_self:
        return _("Nobody gives an office to themselves; ask another administrator.")
    if is_suspended:
        return _("The person is suspended.")
    if barred_by:
        return _("The person is a member of the %(body)s; %(basis)s does not allow both.") % {
            "body": barred_by[0],
            "basis": BASES[barred_by[1]],
        }
    most = post.seats[1] if post.seats else None
    if most is not None and len(holders) >= most:
        return _("The office is held by %(names)s; hand it over instead.") % {
            "names": pgettext("between names", ", ").join(holders)
        }
    return None


def kin_refusal(relative, title, basis):
    """Why the near relative of `relative`, a member of the body `title`, cannot hold an office of the other one."""
    text = _("%(relative)s, a near relative, is a member of the %(body)s; %(basis)s does not allow it.")
    return text % {"relative": relative, "body": title, "basis": BASES[basis]}


def held_already(term, started_on):
    """Why the person of `term` cannot hold its office from `started_on` on as well; a later term is told by its day."""
    said = {"person": term.person, "day": date_format(term.started_on, "DATE_FORMAT")}
    if term.started_on > started_on:
        return _("%(person)s has a term in this office from %(day)s on; end that one first.") % said
    return _("%(person)s holds this office already.") % said


def _holder(term, started_on):
    """The name of who holds a term, with its first day when that lies after `started_on`."""
    if term.started_on <= started_on:
        return term.person.name
    return _("%(person)s (from %(day)s on)") % {
        "person": term.person.name,
        "day": date_format(term.started_on, "DATE_FORMAT"),
    }


def term_refusal(post, body, holders, *, person, seat, started_on, due_on, is_self, barred_by):
    """Why `person` cannot hold `post` of `body` from `started_on` on.

    `holders`: the terms of the office that last beyond that day. `due_on`: when the term should end, or None.
    """
    if started_on < body.established_on:
        return _("%(body)s was established later.") % {"body": body}
    if body.dissolved_on:
        return _("%(body)s is dissolved already.") % {"body": body}
    reason = appointment_refusal(
        post,
        [_holder(term, started_on) for term in holders],
        is_self=is_self,
        is_suspended=person.suspended_on is not None,
        barred_by=barred_by,
    )
    if reason:
        return reason
    if seat is not None and any(term.seat == seat for term in holders):
        return _("Seat %(seat)s is taken.") % {"seat": seat}
    if due_on is not None and due_on <= started_on:
        return _("A term ends after it begins.")
    return None


def due_after(kind, started_on):
    """When a term of a body of this `BodyKind` that begins on `started_on` should end; None without a fixed time."""
    if not kind.term_years:
        return None
    year = started_on.year + kind.term_years
    try:
        return started_on.replace(year=year)
    except ValueError:  # 29 February
        return started_on.replace(year=year, day=28)
