"""What waits where a matter left its straight way: reasons due, faults, objections upheld, notices to withdraw.

Shapes and functions as in `orgs/desk.py`.
"""

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from councils.enums import Status, TurnKind, Verdict
from councils.models import Finding, Turn
from disclosure.models import NoticeVersion, Objection
from orgs.desk import DeskItem
from orgs.permissions import scope
from orgs.powers import Power


def items(user, today):
    """Notices that this person has to withdraw, as DeskItems; `desk.items` has the lines of matters. One query."""
    sign = scope(user, Power.SIGN_NOTICES, on=today)
    if not sign:
        return []
    return [_notice_line(version) for version in _standing_notices(sign.q("notice__unit__path"))]


_STANDING = (Status.RESOLVED, Status.IMPLEMENTING)
# Of matters `with_turns`: those that wait for somebody.
STUCK = Q(status=Status.DECLINED, reason_due=True) | Q(fault__isnull=False) | Q(status__in=_STANDING, upheld=True)


def with_turns(matters):
    """`matters` that know whether a written `reason_due`, a `fault` (its id) or an objection `upheld` waits."""
    answered = Turn.objects.filter(matter=OuterRef("pk"), kind=TurnKind.ANSWERED, from_round=OuterRef("round"))
    faults = Finding.objects.filter(matter=OuterRef("pk"), verdict="").order_by("pk")
    upheld = Objection.objects.upheld().filter(notice=OuterRef("resolution_notice"), turn=None)
    return matters.annotate(
        reason_due=~Exists(answered), fault=Subquery(faults.values("pk")[:1]), upheld=Exists(upheld)
    )


def matter_lines(matter, run, confirm):
    """What waits about one of the matters `with_turns`, as DeskItems."""
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
    if matter.upheld and matter.status in _STANDING and confirm.covers(path):
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
