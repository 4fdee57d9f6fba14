"""What waits for a person in the councils: meetings to call, to enter and to confirm, notices to draft, work to begin.

The shapes and the functions are those of `orgs/desk.py`. `items` takes three queries, for supervision one more; the
others take one each.
"""

from datetime import datetime

from django.db.models import Exists, F, Func, IntegerField, OuterRef, Prefetch, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from councils import desk_turns
from councils.enums import MeetingOutcome, Status
from councils.models import AgendaItem, BallotEntry, Matter, Meeting, OwnerBallot, Petition, Vote
from councils.models.meeting import LATE_AFTER_DAYS
from councils.permissions import may_read_meeting
from councils.procedures import ENDED, Deliberation
from orgs.desk import DeskItem, DeskMeeting
from orgs.permissions import scope
from orgs.powers import Power

_BY_LAW = gettext_lazy("Enough people ask for it by law; it cannot be declined or shelved.")
HELD = (MeetingOutcome.VALID, MeetingOutcome.NO_QUORUM)


def items(user, today):
    """What this person has to do, as DeskItems."""
    run = scope(user, Power.RUN_MEETINGS, on=today)
    confirm = scope(user, Power.CONFIRM_RECORDS, on=today)
    draft = scope(user, Power.DRAFT_NOTICES, on=today)
    review = scope(user, Power.REVIEW_NOTICES, on=today)
    mine = run.q("unit__path") | confirm.q("unit__path") | draft.q("unit__path")
    late = _late_calls(review, today) if review else []
    if not (run or confirm or draft):
        return late
    meetings = list(_unconfirmed(mine, user))
    called = {item.matter_id for meeting in meetings for item in meeting.items.all() if not item.void}
    result = late
    for meeting in _in_turn(meetings):
        if line := _meeting_line(user, meeting, today, run, confirm):
            result.append(line)
        if meeting.by_ballots and not meeting.outcome and run.covers(meeting.unit.path):
            result += _ballot_lines(meeting)
    for meeting in meetings:
        if meeting.own and not meeting.is_returned and _is_complete(meeting):
            todo = _("Waits for the secretary to confirm the record")
            if confirm.covers(meeting.unit.path):
                todo = _("Waits for another person to confirm the record; if there is none, return it")
            title = _about(meeting, _titles(meeting))
            url = meeting.get_absolute_url()
            result.append(DeskItem(due=None, title=title, url=url, todo=todo, kind="confirm", sent=True))
    for matter in _open(mine):
        result += desk_turns.matter_lines(matter, run, confirm)
        if matter.status in ENDED:
            continue
        if (run.covers(matter.unit.path) or confirm.covers(matter.unit.path)) and (line := _clock(matter, today)):
            result.append(line)
        if line := _matter_line(matter, today, run, confirm, draft, matter.pk in called):
            result.append(line)
    return result


def _late_calls(review, today):
    """For supervision: the calls by law whose last day passed without a meeting. One query."""
    rows = Petition.objects.uncalled().filter(review.q("matter__unit__path"), due_on__lt=today)
    return [_call_line(row, _("Have the meeting called"), _BY_LAW) for row in rows]


def _call_line(petition, todo, reason=""):
    matter = petition.matter
    return DeskItem(
        due=petition.due_on, title=str(matter), url=matter.get_desk_url(), todo=todo, reason=reason, kind="petition"
    )


def _in_turn(meetings):
    """`meetings` without those parts of a sitting that wait for the other: see `actions/meetings/parts.py`."""
    known = {meeting.pk: meeting for meeting in meetings}
    seconds = {meeting.follows_id: meeting for meeting in meetings if meeting.follows_id in known}
    for meeting in meetings:
        first, second = known.get(meeting.follows_id), seconds.get(meeting.pk)
        if first and not _is_complete(first):
            continue
        if second and _is_complete(meeting) and not _is_complete(second):
            continue
        yield meeting


def _is_complete(meeting):
    """Whether nothing is missing but the confirmation. Needs `vote_missing`."""
    return meeting.is_void or bool(meeting.outcome and meeting.minutes and not meeting.vote_missing)


def _unconfirmed(mine, user):
    """Meetings called or entered whose record is not confirmed, with their items. Two queries.

    `own`: `user` entered what is to be confirmed and nobody compared it since, as `actions.is_own_record` says.
    `second_entries` and `differences` number the owners' ballots that wait for `user` to enter them the second time,
    and those that two people entered differently.
    """
    ballots = OwnerBallot.objects.undecided().filter(assembly__meeting=OuterRef("pk"))
    looked = BallotEntry.objects.filter(ballot=OuterRef("pk"), by=user)
    without_vote = AgendaItem.objects.filter(meeting=OuterRef("pk"), votes=None, void=False)
    compared = Q(item__meeting__mended_at__isnull=False, recorded_at__lte=F("item__meeting__returned_at"))
    counted = Vote.objects.filter(~compared, item__meeting=OuterRef("pk"), recorded_by=user, superseded_by=None)
    return (
        Meeting.objects.filter(mine, Q(outcome="") | Q(outcome__in=HELD), confirmed_at=None)
        .annotate(
            vote_missing=Exists(without_vote),
            own=Q(recorded_by=user) | Q(by_ballots=False) & Q(Exists(counted)),
            second_entries=_number(ballots.filter(~Exists(looked), looks=1)),
            differences=_number(ballots.filter(looks=2)),
        )
        .select_related("body", "unit")
        .prefetch_related(Prefetch("items", AgendaItem.objects.select_related("matter")))
        .order_by("held_on", "id")
    )


def _number(rows):
    """How many `rows` there are, as a column."""
    counted = rows.order_by().annotate(number=Func("pk", function="count")).values("number")
    return Subquery(counted, output_field=IntegerField())


def _open(mine):
    """Matters that have not ended or that left their straight way, with their progress. One query."""
    rows = desk_turns.with_turns(Matter.objects.filter(mine)).filter(~Q(status__in=ENDED) | desk_turns.STUCK)
    return rows.with_progress().select_related("unit", "petition")


def _about(meeting, titles):
    return _("%(body)s: %(titles)s") % {"body": meeting.body, "titles": titles}


def _titles(meeting):
    return pgettext("between names", ", ").join(item.matter.short_title for item in meeting.items.all())


def _clock(matter, today):
    """The day on which `matter` moves by itself: the time for objections ends, the second display ends. Or None."""
    if matter.status == Status.RESOLVED:
        due, todo = matter.resolution_display.window_until, _("The time for objections ends")
    elif matter.status == Status.ACCEPTED:
        due, todo = matter.outcome_display.displayed_until, _("The display ends and the matter is closed")
    else:
        return None
    if not due or due < today:
        return None
    title, url = str(matter), matter.get_desk_url()
    return DeskItem(due=due, title=title, url=url, todo=todo, kind="clock", by_itself=True)


def _meeting_line(user, meeting, today, run, confirm):
    path = meeting.unit.path
    if not may_read_meeting(user, meeting, today):
        return None
    title = _titles(meeting)
    line = {"title": _about(meeting, title), "url": meeting.get_absolute_url(), "due": meeting.held_on}
    if not meeting.outcome:
        if meeting.held_on > today or not run.covers(path):
            return None
        late = (today - meeting.held_on).days > LATE_AFTER_DAYS
        reason = (
            _("More than a week ago; it counts as entered later.") if late else _("The day of the meeting has come.")
        )
        if meeting.by_ballots and meeting.differences:
            return None  # settled first, see `_ballot_lines`
        if meeting.by_ballots:
            url = reverse("owners_assembly", args=[meeting.pk])
            return DeskItem(**line | {"url": url}, todo=_("Close the count"), reason=reason, kind="attendance")
        return DeskItem(todo=_("Enter the attendance"), reason=reason, kind="attendance", **line)
    if meeting.is_returned:
        if meeting.returned_by_id == user.pk or not run.covers(path):
            return None
        return DeskItem(todo=_("Correct the record"), reason=meeting.returned_reason, kind="minutes", **line)
    if meeting.outcome == MeetingOutcome.VALID and (meeting.vote_missing or not meeting.minutes):
        if not run.covers(path):
            return None
        todo = _("Enter the vote") if meeting.vote_missing else _("Enter the minutes")
        return DeskItem(
            todo=todo, reason=_("The meeting is valid; its record is not complete."), kind="minutes", **line
        )
    if meeting.own or not confirm.covers(path):
        return None
    return DeskItem(todo=_("Confirm the record"), reason=_("Only then does the matter go on."), kind="confirm", **line)


def _ballot_lines(meeting):
    """What waits in the owners' ballots of `meeting` until its count is closed."""
    number = meeting.second_entries
    todo = ngettext("Enter %(n)s ballot the second time", "Enter %(n)s ballots the second time", number)
    reason = _("Another person entered them; two people enter every ballot.")
    if number:
        yield _ballot_line(meeting, "owner_entry", "", todo % {"n": number}, reason)
    number = meeting.differences
    todo = ngettext("Settle %(n)s difference", "Settle %(n)s differences", number)
    reason = _("Two people entered the same ballot differently.")
    if number:
        yield _ballot_line(meeting, "owners_assembly", "#differences", todo % {"n": number}, reason)


def _ballot_line(meeting, page, place, todo, reason):
    url = reverse(page, args=[meeting.pk]) + place
    title = _about(meeting, _titles(meeting))
    return DeskItem(due=meeting.held_on, title=title, url=url, todo=todo, reason=reason, kind="ballots")


def _matter_line(matter, today, run, confirm, draft, is_called):
    path = matter.unit.path
    step = matter.open_step(today)
    if step is None:
        return None
    line = {"title": str(matter), "url": matter.get_desk_url()}
    if isinstance(step, Deliberation):
        petition = getattr(matter, "petition", None)
        if is_called or not (run.covers(path) or petition and confirm.covers(path)):
            return None
        if not run.covers(path):
            return _call_line(petition, _("Have the meeting called"), _BY_LAW)
        returned = matter.status == Status.RETURNED
        reason = _("It was returned for changes.") if returned else _("The step before is done.")
        if matter.status == Status.REGISTERED:
            reason = _BY_LAW if matter.is_statutory else _("It is registered.")
        todo = _("Call the meeting: %(step)s") % {"step": step.label}
        due = petition and petition.due_on
        return DeskItem(due=due, todo=todo, reason=reason, kind="call", **line)
    if step.key == "disclose":
        if matter.resolution_notice_id or not draft.covers(path):
            return None
        return DeskItem(
            due=None,
            todo=_("Draft the resolution notice"),
            reason=_("The resolution is adopted."),
            kind="draft",
            **line,
        )
    if step.key == "disclose_outcome":
        if matter.outcome_notice_id or not draft.covers(path):
            return None
        return DeskItem(
            due=None, todo=_("Draft the outcome notice"), reason=_("The work is accepted."), kind="draft", **line
        )
    return _work_line(matter, today, run, line) if run.covers(path) else None


def _work_line(matter, today, run, line):
    """A resolution that may be carried out, or is."""
    if matter.status == Status.RESOLVED:
        window = matter.resolution_display.window_until
        if window and today <= window:
            return None
        return DeskItem(
            due=matter.starts_on,
            todo=_("Begin the implementation"),
            reason=_("The time for objections is over."),
            kind="implement",
            **line,
        )
    return DeskItem(
        due=matter.ends_on,
        todo=_("Enter the progress of the work"),
        reason=_("The resolution is being carried out."),
        kind="implement",
        **line,
    )


def below(user, today):
    """What communities have not done yet, for whoever oversees them (提醒): records, notices, work past its day.

    Two queries. A Party meeting is the business of its own organisation and never listed.
    """
    seen = scope(user, Power.OVERSEE, on=today)
    if not seen:
        return []
    result = []
    rows = Meeting.objects.not_party().filter(seen.q("unit__path"), held_on__lt=today, confirmed_at=None)
    for meeting in rows.exclude(outcome=MeetingOutcome.CALLED_OFF).select_related("body", "unit").order_by("held_on"):
        todo = _("The record is not finished") if meeting.outcome else _("The attendance is not entered")
        result.append(
            DeskItem(
                due=meeting.held_on,
                title=str(meeting.body),
                url=meeting.get_absolute_url(),
                todo=todo,
                kind="record",
                unit=meeting.unit.name,
            )
        )
    uncalled = Exists(Petition.objects.uncalled().filter(matter=OuterRef("pk"), due_on__lt=today))
    rows = Matter.objects.filter(seen.q("unit__path")).annotate(uncalled=uncalled)
    standing = rows.filter(Q(status__in=[Status.RESOLVED, Status.IMPLEMENTING]) | Q(uncalled=True))
    for matter in standing.with_progress().select_related("unit", "petition"):
        if matter.uncalled:
            result.append(_call_line(matter.petition, _("A meeting that the law asks for is not called")))
        if matter.status == Status.RESOLVED and not matter.resolution_display.published_on:
            due, todo = None, _("The resolution is not disclosed yet")
        elif matter.status == Status.IMPLEMENTING and matter.ends_on and matter.ends_on < today:
            due, todo = matter.ends_on, _("The work is past its planned end")
        else:
            continue
        line = {"due": due, "title": str(matter), "url": matter.get_desk_url(), "todo": todo}
        result.append(DeskItem(**line, kind="matter", unit=matter.unit.name))
    return result


def meetings(user, today):
    """The meetings of this week in the units of this person. Of a Party meeting outsiders see body and day only."""
    result = []
    for meeting in Meeting.objects.this_week(user, today):
        readable = may_read_meeting(user, meeting, today)
        at = meeting.held_on
        if readable and meeting.held_at:
            at = timezone.make_aware(datetime.combine(meeting.held_on, meeting.held_at))
        title = str(meeting.body)
        if meeting.is_void:
            title = pgettext("meeting", "%(body)s (void)") % {"body": title}
        result.append(
            DeskMeeting(at=at, title=title, url=meeting.get_absolute_url(), place=meeting.place if readable else "")
        )
    return result
