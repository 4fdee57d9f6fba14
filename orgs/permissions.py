"""What a person may do, and where. Views and actions ask `scope`; nothing else answers."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.enums import Reach
from orgs.models import OrgUnit, Term, UnitGrant
from orgs.powers import Power


class PowerMissing(PermissionDenied):
    """The person sees the record but may not do this. `str()` is the reason shown on the 403 page."""


@dataclass(frozen=True)
class Scope:
    """The units where a power is held: single paths, and paths with all below them."""

    units: frozenset = frozenset()
    trees: tuple = ()

    def __bool__(self):
        return bool(self.units or self.trees)

    def covers(self, path):
        """Whether the power is held at the unit with the id path `path`."""
        return path in self.units or path.startswith(self.trees)

    def q(self, field="path"):
        """The filter for rows whose `field` is the path of a unit where the power is held."""
        condition = Q(pk__in=[])
        if self.units:
            condition |= Q(**{f"{field}__in": sorted(self.units)})
        for tree in self.trees:
            condition |= Q(**{f"{field}__gte": tree, f"{field}__lt": tree[:-1] + "0"})
        return condition


NOWHERE = Scope()
EVERYWHERE = Scope(trees=("/",))


def scopes(user, *, on):
    """Every power of `user` on the day `on` as {power: Scope}. One query, remembered on the user object for the day.

    Joins the dates of the term, so that powers end with it by themselves; a suspended person or closed account has
    none. `is_superuser` is ignored: no superuser skips a rule.
    """
    if not user.is_authenticated or not user.is_active:
        return {}
    known = user.__dict__.setdefault("_scopes", {})
    if on not in known:
        rows = UnitGrant.objects.filter(_in_force(on), user_id=user.pk).values_list(
            "permission__codename", "content_object__path", "reach"
        )
        units, trees = {}, {}
        for power, path, reach in rows:
            (trees if reach == Reach.BELOW else units).setdefault(power, set()).add(path)
        known[on] = {
            power: Scope(frozenset(units.get(power, ())), tuple(sorted(trees.get(power, ()))))
            for power in units.keys() | trees.keys()
        }
    return known[on]


def scope(user, power, *, on):
    """Where `user` holds `power` on the day `on`."""
    return scopes(user, on=on).get(power, NOWHERE)


def holders(power, path, *, on):
    """The ids of the users who hold `power` at the unit with `path` on the day `on`. One query."""
    return set(_grants([power], path, on).filter(user__is_active=True).values_list("user_id", flat=True))


def persons_holding(powers, path, *, on):
    """{power: the persons who hold it at the unit with `path` on the day `on`}. One query."""
    return persons_holding_at(powers, [path], on=on)[path]


def persons_holding_at(powers, paths, *, on):
    """{path: {power: the persons who hold it at the unit with that path on the day `on`}}. One query."""
    units = {int(part) for path in paths for part in path.strip("/").split("/")}
    grants = UnitGrant.objects.filter(
        _in_force(on), content_object__in=units, permission__codename__in=powers, user__is_active=True
    ).select_related("term__person", "permission", "content_object")
    held = {path: {power: set() for power in powers} for path in paths}
    for grant in grants:
        place = grant.content_object.path
        for path in held:
            if path == place or grant.reach == Reach.BELOW and path.startswith(place):
                held[path][grant.permission.codename].add(grant.term.person)
    return held


def body_of(user, power, path, *, on):
    """The name of the body in which `user` has the office that gives `power` at the unit with `path` on `on`, or "".

    Of several the first that gave it. One query.
    """
    grants = _grants([power], path, on).filter(user_id=user.pk).order_by("term__started_on", "term_id")
    return grants.values_list("term__body__name", flat=True).first() or ""


def _grants(powers, path, on):
    """The grants of `powers` that reach the unit with `path` on the day `on`."""
    here = [int(part) for part in path.strip("/").split("/")]
    reached = Q(content_object_id=here[-1]) | Q(content_object_id__in=here, reach=Reach.BELOW)
    return UnitGrant.objects.filter(reached, _in_force(on), permission__codename__in=powers)


def _in_force(on):
    """The filter for grants whose term runs on the day `on` and whose person is not suspended."""
    return (
        Q(term__started_on__lte=on, term__person__user_id=F("user_id"))
        & (Q(term__ended_on=None) | Q(term__ended_on__gt=on))
        & (Q(term__person__suspended_on=None) | Q(term__person__suspended_on__gt=on))
    )


def refusal(user, power, path, *, on):
    """Why `user` may not use `power` at the unit with `path` on `on`, or None when they may."""
    if scope(user, power, on=on).covers(path):
        return None
    return _refusal_text(power)


def _refusal_text(power):
    return _("You have no power to do this: %(power)s.") % {"power": Power(power).label}


def require(user, power, path, *, on):
    """Raise PowerMissing unless `user` holds `power` at the unit with `path` on the day `on`."""
    reason = refusal(user, power, path, on=on)
    if reason:
        raise PowerMissing(reason)


def administration(user, power, *, on):
    """Where `user` may administer: everywhere for a superuser, who sets the portal up; else the scope of `power`.

    This is for `manage_units` and `manage_terms` only. No step of a procedure and no record asks it.
    """
    return EVERYWHERE if user.is_active and user.is_superuser else scope(user, power, on=on)


def require_administration(user, power, path, *, at):
    """Raise PowerMissing unless `user` may administer at the unit with `path` (None: anywhere at all)."""
    held = administration(user, power, on=timezone.localdate(at))
    if not (held if path is None else held.covers(path)):
        raise PowerMissing(_refusal_text(power))


def in_reach(held):
    """The persons with a term in the scope `held`, and those who have none anywhere yet."""
    if held == EVERYWHERE:
        return Q()
    own = Term.objects.filter(person=OuterRef("pk"))
    return Exists(own.filter(held.q("body__unit__path"))) | ~Exists(own)


def may_administer_person(user, person, *, on):
    """Whether `user` keeps the terms of every unit where `person` (None: nobody) has a lasting one."""
    held = administration(user, Power.MANAGE_TERMS, on=on)
    if held == EVERYWHERE or not held or person is None:
        return held == EVERYWHERE
    paths = OrgUnit.objects.filter(bodies__terms__in=Term.objects.filter(person=person).exclude(ended_on__lte=on))
    return all(held.covers(path) for path in paths.values_list("path", flat=True).distinct())


def require_administration_of(user, person, *, at):
    """Raise PowerMissing unless `user` may change this person and their account."""
    if not may_administer_person(user, person, on=timezone.localdate(at)):
        raise PowerMissing(_refusal_text(Power.MANAGE_TERMS))
