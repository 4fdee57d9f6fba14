"""Who is left to sign a draft: whoever checks it does not, so the only person who can sign is never asked to check."""

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from audit.enums import Audience
from disclosure.enums import Board
from disclosure.models import Opinion
from orgs.models import Term
from orgs.permissions import persons_holding_at
from orgs.powers import Power


def signing_power(board):
    """The power that signs notices of `board`."""
    return Power.SIGN_PARTY_NOTICES if board == Board.PARTY else Power.SIGN_NOTICES


def without_signers(versions, person, on):
    """{id of a version: why `person` must not have checked it}: of those among `versions` that nobody else can sign.

    At most three queries, however many versions; one more for each that owners' representatives check and one signs.
    """
    if not versions:
        return {}
    powers = {Power.SEE_PARTY_INTERNAL, *(signing_power(version.notice.board) for version in versions)}
    powers |= {version.notice.checking.power for version in versions}
    held = persons_holding_at(sorted(powers), {version.notice.unit.path for version in versions}, on=on)
    agreed = Opinion.objects.standing().filter(version__in=versions, revision=F("version__revision"))
    checked = set(agreed.values_list("version", "person"))
    alone = {}
    for version in versions:
        notice, here = version.notice, held[version.notice.unit.path]
        inside = here[Power.SEE_PARTY_INTERNAL] if notice.audience == Audience.PARTY else None
        signers = _others(version, here[signing_power(notice.board)], inside)
        if {who for who in signers if (version.pk, who.pk) not in checked} <= {person} and person in signers:
            checkers = _seated(notice, on) if notice.checking.by_members else here[notice.checking.power]
            alone[version.pk] = _why(person, _others(version, checkers, inside) - {person})
    return alone


def _others(version, persons, inside):
    """Of `persons` those who did not write the draft, and may read it."""
    return {who for who in persons if who.pk not in version.authors and (inside is None or who in inside)}


def _seated(notice, on):
    """The members of the bodies of its compound that check a notice. One query."""
    terms = Term.objects.running_on(on).filter(body__unit=notice.unit_id, body__kind__in=notice.checking.bodies)
    return {term.person for term in terms.select_related("person")}


def _why(person, others):
    if not others:
        return _("Only %(person)s can sign this notice, and who checks does not sign. Somebody else must check it.") % {
            "person": person
        }
    return _("Only %(person)s can sign this notice, and who checks does not sign. Ask to check: %(names)s.") % {
        "person": person,
        "names": pgettext("between names", ", ").join(sorted(map(str, others))),
    }


def after_review(version, person, on):
    """Why `person` must not check a draft although they may: nobody else could sign it. None when somebody could."""
    return without_signers([version], person, on).get(version.pk)
