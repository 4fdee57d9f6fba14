"""What waits where a matter left its straight way: reasons due, faults, objections upheld, notices to withdraw.

Shapes and functions as in `orgs/desk.py`.
"""

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from councils.enums import Status, TurnKind, Verdict
from councils.models import Finding, Matter, Turn
from disclosure.models import NoticeVersion, Objection
from orgs.desk import DeskItem
from orgs.permissions import scope
from orgs.powers import Power


def items(user, today):
    """What this person has to do about them, as DeskItems. Two queries at most."""
    run, confirm = scope(user, Power.RUN_MEETINGS, on=today), scope(user, Power.CONFIRM_RECORDS, on=today)
    result = []
    if run or confirm:
        for matter in _stuck(run.q("unit__path") | confirm.q("unit__path")):
            result += _matter_lines(matter, run, confirm)
    sign = scope(user, Power.SIGN_NOTICES, on=today)
    if sign:
        result += [_notice_line(version) for version in _standing_notices(sign.q("notice__unit__path"))]
    return result


def _stuck(mine):
    """Matters with a `reason_due`, a `fault` (its id) or an objection `upheld`."""
    answered = Turn.objects.filter(matter=OuterRef("pk"), kind=TurnKind.ANSWERED, from_round=OuterRef("round"))
    faults = Finding.objects.filter(matter=OuterRef("pk"), verdict="").order_by("pk")
    upheld = Objection.objects.upheld().filter(notice=OuterRef("resolution_notice"), turn=None)
    rows = Matter.objects.filter(mine).annotate(
        reason_due=~Exists(answered), fault=Subquery(faults.values("pk")[:1]), upheld=Exists(upheld)
    )
    return rows.filter(
        Q(status=Status.DECLINED, reason_due=True)
        | Q(fault__isnull=False)
        | Q(status__in=[Status.RESOLVED, Status.IMPLEMENTING], upheld=True)
    ).select_related("unit")


def _matter_lines(matter, run, confirm):
    path, title = matter.unit.path, str(matter)
    if matter.status == Status.DECLINED and matter.reason_due and run.covers(path):
        yield DeskItem(
            due=None,
            title=title,
            url=reverse("matter_turn", args=[matter.pk, TurnKind.ANSWERED]),
            todo=_("Give the reason in writing"),
            reason=_("It was not taken on; who brought it is to be told why."),
            kind="turn",
        )
    if matter.fault and confirm.covers(path):
        yield DeskItem(
            due=None,
            title=title,
            url=reverse("finding", args=[matter.fault]),
            todo=_("Answer the finding of the supervision committee"),
            reason=_("It found a fault in the procedure."),
            kind="turn",
        )
    if matter.upheld and confirm.covers(path):
        yield DeskItem(
            due=None,
            title=title,
            url=reverse("matter_turn", args=[matter.pk, TurnKind.OBJECTION]),
            todo=_("Have the resolution examined again"),
            reason=_("An objection was upheld; it must not be carried out."),
            kind="turn",
        )


def _standing_notices(mine):
    """Published notices of resolutions that do not hold any more, and that nobody has withdrawn yet."""
    earlier = Q(
        notice__resolved_round__matter__turns__from_round=F("notice__resolved_round__number"),
        notice__resolved_round__matter__turns__kind__in=[TurnKind.OBJECTION, TurnKind.VOID],
    )
    revoked = Q(notice__resolved_matter__status=Status.REVOKED)
    rows = NoticeVersion.objects.current().filter(mine, earlier | revoked, withdrawn_at=None)
    return rows.select_related("notice__unit").order_by("pk")


def _notice_line(version):
    return DeskItem(
        due=None,
        title=version.notice.number,
        url=version.notice.desk_url,
        todo=_("Withdraw the notice"),
        reason=_("The resolution it discloses does not hold any more."),
        kind="turn",
    )


def below(user, today):
    """Findings that a committee below did not agree with and the street has not looked at yet. One query."""
    seen = scope(user, Power.OVERSEE, on=today)
    if not seen:
        return []
    rows = Finding.objects.filter(seen.q("matter__unit__path"), verdict=Verdict.DISAGREED, noted_at=None)
    return [
        DeskItem(
            due=timezone.localdate(row.answered_at),
            title=str(row.matter),
            url=row.get_absolute_url(),
            todo=_("Look at the finding that the committee does not agree with"),
            kind="turn",
            unit=row.matter.unit.name,
        )
        for row in rows.select_related("matter__unit")
    ]
