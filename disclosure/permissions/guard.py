"""Who may let through what the privacy guard found in a draft, and what that means for the signature."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from audit.enums import Audience
from disclosure.enums import Stage
from disclosure.permissions.signers import signing_power
from orgs.permissions import persons_holding, refusal
from orgs.powers import Power


def missing_approval(notice, user, on):
    """Why `user` may not let personal data through, or None: whoever reviews, signs or oversees notices here may."""
    reasons = [refusal(user, power, notice.unit.path, on=on) for power in _approving(notice)]
    if None in reasons and notice.audience == Audience.PARTY:
        return refusal(user, Power.SEE_PARTY_INTERNAL, notice.unit.path, on=on)
    return None if None in reasons else reasons[0]


def _approving(notice):
    return signing_power(notice.board), Power.REVIEW_NOTICES, Power.OVERSEE


def after_approval(version, person, on):
    """(who can still sign once `person` has approved, or None when `person` does not sign anyway; why they may not
    approve then, or None): whoever approves does not sign, so that somebody else must be there who can. One query.
    """
    notice = version.notice
    held = persons_holding([*_approving(notice), Power.SEE_PARTY_INTERNAL], notice.unit.path, on=on)
    inside = held.pop(Power.SEE_PARTY_INTERNAL)
    fit = {
        power: {who for who in persons if who.pk not in version.authors}
        & (inside if notice.audience == Audience.PARTY else persons)
        for power, persons in held.items()
    }
    signers = {who for who in fit[signing_power(notice.board)] if who.pk != version.reviewed_by_id}
    if person not in signers:
        return None, None
    others = set().union(*fit.values()) - {person}
    if signers - {person}:
        return signers - {person}, None
    if not others:
        return set(), _("Nobody but you can sign this notice, and nobody else can approve. Mask these places.")
    return set(), _(
        "Nobody but you can sign this notice, and who approves does not sign. Ask to approve: %(names)s."
    ) % {"names": pgettext("between names", ", ").join(sorted(map(str, others)))}


def may_approve(version, person, guarded):
    """A submitted draft in which the guard found what may be let through, by somebody who did not draft it."""
    if version.stage_of_draft not in (Stage.IN_REVIEW, Stage.REVIEWED):
        return _("This draft does not wait for a review or a signature.")
    if not guarded.places:
        return _("There is nothing to approve.")
    if guarded.never:
        return _("Identity and bank card numbers are never published; nobody can approve them (PIPL art. 28).")
    if person and person.pk in version.authors:
        return _("Whoever drafted it cannot approve it: a second person is needed.")
    return None


def may_hand_in(guarded):
    """What nobody can let through stops a draft when it is handed in, not only at the signature."""
    if not guarded.never:
        return None
    where = {"title": _("Title"), "text": _("Text")}
    places = dict.fromkeys(place.name or where[place.where] for place in guarded.never)
    return _("Identity and bank card numbers are never published. Take them out first: %(places)s.") % {
        "places": pgettext("between names", ", ").join(places)
    }


def may_show(guarded, override, person):
    """Personal data stops a signature unless a second person let exactly this through, who does not sign."""
    if not guarded.places:
        return None
    if guarded.never:
        return may_hand_in(guarded)
    if override is None or override.digest != guarded.digest:
        return _("The notice may hold personal data. Mask it, or have a second person approve it with a reason.")
    if person and person.pk == override.approved_by_id:
        return _("Whoever approved the personal data cannot sign the notice too.")
    return None
