"""Who may read a file, and why nobody may any more; `audit` asks here, because it knows no units and no powers."""

from dataclasses import dataclass

from audit.enums import Audience
from disclosure import archive
from disclosure.models import Notice, NoticeAttachment, NoticeVersion
from orgs.permissions import scope
from orgs.powers import Power

POWER = {Audience.UNIT: Power.SEE_INTERNAL, Audience.PARTY: Power.SEE_PARTY_INTERNAL}


def may_read(user, attachment, on):
    """Whether `user` holds, on the day `on`, the power that opens files of this audience at this unit.

    A file of the Party organisation stays with that organisation; the power for internal records does not open it.
    """
    return scope(user, POWER.get(attachment.audience_on(on), Power.SEE_INTERNAL), on=on).covers(attachment.path)


@dataclass(frozen=True)
class Gone:
    """Why a file is not for everyone any more: masked, withdrawn or off the board with `version` of its notice.

    Off the board: a relief list, or a file that names people.
    """

    version: NoticeVersion
    leaf: object = None  # of the redaction that it is withheld by

    @property
    def notice(self):
        return self.version.notice


def why_gone(attachment, on):
    """Why nobody (a redaction) or not everyone reads a file on `on` that was public once, as a Gone; None when they do.

    A file goes with its notice when no version that has it shows it any more (`archive.closed_files`). Three queries;
    one for a file of no notice.
    """
    if leaf := attachment.withheld:
        _notice, pk, number = leaf.subject.split("/")
        versions = NoticeVersion.objects.select_related("notice__unit", "redaction")
        return Gone(versions.get(notice=pk, number=number), leaf)
    signed = NoticeAttachment.objects.filter(attachment=attachment, version__signed_at__isnull=False)
    rows = {row.version_id: row for row in signed}
    notices = Notice.objects.filter(versions__in=rows).distinct().select_related("unit").prefetch_related("versions")
    versions = [version for notice in notices for version in notice.signed_versions if version.pk in rows]
    if versions and all(archive.closed_files(version, [rows[version.pk]], on) for version in versions):
        return Gone(versions[0])
    return None
