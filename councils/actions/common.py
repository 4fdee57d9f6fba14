"""What every verb here needs: the locked row, the version that the form saw, and reasons to refuse."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import actions as audit
from audit.errors import Mistaken, Refused, Stale
from councils.models import AgendaItem, Matter, Meeting
from orgs.permissions import PowerMissing


def today(at):
    """The day of the moment `at` in the portal's time zone."""
    return timezone.localdate(at)


def already_done():
    """The answer to a second click or a replayed form."""
    return Stale(_("This has been registered; there is no need to send it again."))


def changed_meanwhile():
    """The answer to a form that was filled in for an older state."""
    return Stale(_("Somebody else has changed this meanwhile. Reload the page and look again."))


def refuse(reason):
    """Raise Refused when there is a reason."""
    if reason:
        raise Refused(reason)


def refuse_in_field(name, reason):
    """Raise Mistaken beside the field `name` when there is a reason."""
    if reason:
        raise Mistaken({name: reason})


def why_by_ballots(meeting):
    """Why nobody types attendance or votes of `meeting`: they are computed from its ballots. None otherwise."""
    if meeting.by_ballots:
        return _("This meeting is counted from its ballots; mend their entries instead.")
    return None


def check_seen(row, seen):
    """Stale unless the form saw the row as it is now."""
    if row.version != seen:
        raise changed_meanwhile()


def lock_matter(pk):
    """The matter with the id `pk`, locked, with its unit. Matters are locked before meetings, lowest id first."""
    return Matter.objects.select_for_update(of=("self",), no_key=True).select_related("unit").get(pk=pk)


def lock_meeting(pk):
    """The meeting with the id `pk`, locked, with its unit and body."""
    return Meeting.objects.select_for_update(of=("self",), no_key=True).select_related("unit", "body").get(pk=pk)


def lock_meeting_and_matters(pk):
    """The meeting and its items with their locked matters; always in this order, so that no two wait for each other."""
    ids = AgendaItem.objects.filter(meeting=pk).values_list("matter_id", flat=True)
    matters = {matter_id: lock_matter(matter_id) for matter_id in sorted(ids)}
    meeting = lock_meeting(pk)
    items = list(meeting.items.prefetch_related("votes").order_by("position", "id"))
    for item in items:
        item.matter, item.meeting = matters[item.matter_id], meeting
    return meeting, items


def save(row, *names):
    """Write the named columns and raise the version."""
    row.version += 1
    row.save(update_fields=[*names, "version"])


def person_of(user):
    """The person of the account. PowerMissing for an account without one."""
    person = getattr(user, "person", None)
    if person is None:
        raise PowerMissing(_("This account belongs to no person."))
    return person


def create_once(build):
    """The result of `build()`, which inserts rows under a token; a token used before is a second click."""
    try:
        with transaction.atomic():
            return build()
    except IntegrityError as error:
        if "token" in str(error) or "agenda_item_one_sitting_per_step" in str(error):
            raise already_done() from error
        raise


def record(*, by, verb, at, row, **data):
    """Write the event of `verb` on a matter, a meeting or a consultation."""
    audit.record(
        by=by,
        verb=verb,
        at=at,
        label=str(row),
        url=row.get_absolute_url() if isinstance(row, Meeting) else row.get_desk_url(),
        path=row.unit.path,
        data=data,
    )
