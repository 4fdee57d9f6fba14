"""Papers to print and to save: those of a meeting and of a matter, the dossier, the archive of a year."""

from collections import Counter

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from audit.models import Attachment, Audience
from councils.actions import meetings as actions
from councils.actions.dossiers import note_download
from councils.models import Matter, MatterFile, Scan
from councils.papers import dossier, word
from councils.papers.catalogue import MATTER_FORMS, MEETING_FORMS
from councils.papers.matters import with_notices
from councils.papers.meetings import MOST_BALLOTS, group_text, session_of, voters, why_no_ballots
from councils.permissions import may_read_meeting
from councils.views.answers import items_of, readable_meeting
from councils.views.matters import matter_for, papers_of
from disclosure.views.common import absolute
from orgs.models import OrgUnit


def _form(forms, key):
    try:
        return forms[key]
    except KeyError:
        raise Http404 from None


def _meeting_paper(request, pk, key):
    """(meeting, form, session, paper or None, why there is none). Reading a paper of the Party is written down."""
    form = _form(MEETING_FORMS, key)
    meeting = readable_meeting(request, pk)
    first = request.GET.get("first", "")
    first = int(first) if first.isdecimal() and 0 < len(first) <= 6 else 1
    session = session_of(meeting, items_of(meeting), first=max(first, 1))
    reason = form.why_not(session)
    if reason is None and meeting.is_party and request.method == "GET":
        actions.note_read(by=request.user, at=request.at, meeting=meeting)
    return meeting, form, session, None if reason else form.build(session), reason


@require_safe
def meeting_paper(request, pk, form):
    """A paper of a meeting to print; `packet` is all that is needed before it."""
    meeting, row, session, paper, reason = _meeting_paper(request, pk, form)
    if reason:
        messages.warning(request, reason)
        return redirect(meeting)
    next_first = session.first + MOST_BALLOTS
    has_ballots = row.key in ("packet", "ballots") and why_no_ballots(session) is None
    context = {
        "form": row,
        "paper": paper,
        "more": (next_first, next_first - 1) if has_ballots and voters(session) >= next_first else None,
        "back": str(meeting),
        "back_url": meeting.get_absolute_url(),
        "docx_url": reverse("meeting_paper_docx", args=[pk, row.key])
        + (f"?first={session.first}" if has_ballots and session.first > 1 else ""),
        "others": [
            (other, reverse("meeting_paper", args=[pk, other.key]))
            for other in MEETING_FORMS.values()
            if other is not row and other.why_not(session) is None
        ],
    }
    return render(request, "councils/papers/paper.html", context)


@require_safe
def meeting_paper_docx(request, pk, form):
    """The same as a Word document."""
    meeting, _row, _session, paper, reason = _meeting_paper(request, pk, form)
    if reason:
        messages.warning(request, reason)
        return redirect(meeting)
    return _word(paper, f"{meeting.body.name}{meeting.held_on:%Y-%m-%d}")


@require_safe
def meeting_group_text(request, pk):
    """The call of a meeting as a message to copy into a group."""
    meeting = readable_meeting(request, pk)
    items = items_of(meeting)
    address = absolute(request, items[0].matter.get_absolute_url()) if items else absolute(request, "/")
    text = group_text(session_of(meeting, items), address)
    return render(request, "councils/papers/group_text.html", {"meeting": meeting, "text": text})


def _matter_paper(request, pk, key):
    """(matter, form, paper or None, why there is none)."""
    form = _form(MATTER_FORMS, key)
    matter = with_notices(matter_for(request, pk, Matter.objects.for_page()))
    reason = form.why_not(matter)
    return matter, form, None if reason else form.build(matter, _opened(request)), reason


def _opened(request):
    return lambda item: may_read_meeting(request.user, item.meeting, request.today)


@require_safe
def matter_paper(request, pk, form):
    """A paper of a matter to print: its resolution, or the register of its stages."""
    matter, row, paper, reason = _matter_paper(request, pk, form)
    if reason:
        messages.warning(request, reason)
        return redirect(matter.get_desk_url())
    context = {
        "form": row,
        "paper": paper,
        "back": matter.short_title,
        "back_url": matter.get_desk_url(),
        "docx_url": reverse("matter_paper_docx", args=[pk, row.key]),
        "others": [(other, url) for other, url in papers_of(matter) if other is not row],
    }
    return render(request, "councils/papers/paper.html", context)


@require_safe
def matter_paper_docx(request, pk, form):
    """The same as a Word document."""
    matter, _row, paper, reason = _matter_paper(request, pk, form)
    if reason:
        messages.warning(request, reason)
        return redirect(matter.get_desk_url())
    return _word(paper, matter.number)


def _word(paper, subject):
    response = HttpResponse(word.write(paper), content_type=word.MEDIA_TYPE)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{paper.title} {subject}.docx")
    response.headers["Cache-Control"] = "private, no-store"
    return response


# Dossier and archive


def _reader(request):
    """What this person may read, asked where pages and files ask it."""
    may_read = import_string(settings.ATTACHMENT_READER)
    return dossier.Reader(
        meeting=lambda meeting: may_read_meeting(request.user, meeting, request.today),
        file=lambda attachment: (
            attachment.audience == Audience.PUBLIC or may_read(request.user, attachment, request.today)
        ),
    )


def _bytes_of(matters):
    """How many bytes of files belong to `matters`, whoever may read them."""
    scans = Scan.objects.filter(meeting__items__matter__in=matters).values("attachment")
    files = MatterFile.objects.filter(matter__in=matters).values("attachment")
    rows = Attachment.objects.filter(Q(pk__in=scans) | Q(pk__in=files))
    return rows.aggregate(size=Sum("size"))["size"] or 0


def _bytes_by_year(matters):
    """{(code of the unit, year): bytes of files} of `matters`. Two queries."""
    sizes = Counter()
    for rows, matter in ((MatterFile.objects, "matter"), (Scan.objects, "meeting__items__matter")):
        names = (f"{matter}__unit__code", f"{matter}__year")
        found = rows.filter(**{f"{matter}__in": matters}).values_list(*names).annotate(Sum("attachment__size"))
        for code, year, size in found.order_by():
            sizes[code, year] += size
    return sizes


def _too_large(size):
    """Why files of `size` bytes are not put into one download; None when they are."""
    if size > dossier.MOST_BYTES:
        return _("The scans and files come to %(size)s MB; one download holds %(limit)s MB.") % {
            "size": size // 1024**2,
            "limit": dossier.MOST_BYTES // 1024**2,
        }
    return None


def _zip(request, files, name):
    local = timezone.localtime(request.at)
    response = StreamingHttpResponse(dossier.stream(files, local), content_type="application/zip")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.zip")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
def matter_dossier(request, pk):
    """Everything about a matter that this person may read, as one ZIP; the download is written down."""
    matter = matter_for(request, pk, Matter.objects.for_page())
    if reason := _too_large(_bytes_of(Matter.objects.filter(pk=pk))):
        messages.warning(request, reason)
        return redirect(matter.get_desk_url())
    packed = dossier.dossier_of(matter, _reader(request), request.today)
    if request.method == "GET":
        note_download(
            by=request.user,
            at=request.at,
            verb="download_dossier",
            label=str(matter),
            url=matter.get_desk_url(),
            path=matter.unit.path,
            pieces=len(packed.pieces),
        )
    files = dossier.files_of(packed, str(request.user), request.today)
    return _zip(request, files, f"{packed.name} 卷宗")


@require_safe
def archive(request):
    """The years of each of my units, to download as a whole."""
    mine = Matter.objects.visible_to(request.user, request.today)
    rows = mine.values("unit__code", "unit__name", "year").annotate(number=Count("pk")).order_by("-year", "unit__code")
    files = _bytes_by_year(mine)
    for row in rows:
        row["size"] = files[row["unit__code"], row["year"]] + row["number"] * dossier.USUAL_BYTES
    return render(request, "councils/papers/archive.html", {"rows": rows, "most": dossier.MOST_MATTERS})


@require_safe
def archive_year(request, code, year):
    """The dossiers of all matters that `code` registered in `year`, with 归档目录 and 备考表, as one ZIP."""
    mine = Matter.objects.visible_to(request.user, request.today).filter(unit__code=code, year=year)
    number = mine.count()
    if not number:
        raise Http404
    unit = get_object_or_404(OrgUnit, code=code)
    reason = _too_large(_bytes_of(mine))
    if number > dossier.MOST_MATTERS:
        reason = ngettext(
            "The year has %(number)s matter; one download holds %(limit)s.",
            "The year has %(number)s matters; one download holds %(limit)s.",
            number,
        ) % {"number": number, "limit": dossier.MOST_MATTERS}
    if reason:
        messages.warning(request, reason + " " + _("Take the dossiers from the pages of the matters."))
        return redirect("archive")
    if request.method == "GET":
        note_download(
            by=request.user,
            at=request.at,
            verb="download_archive",
            label=f"{unit.name} {year}",
            url=reverse("archive"),
            path=unit.path,
            pieces=number,
        )
    ids = list(mine.order_by("serial").values_list("pk", flat=True))
    rows = dossier.in_portions(Matter.objects.for_page().order_by("serial"), ids)
    files = dossier.files_of_year(unit, year, rows, _reader(request), str(request.user), request.today)
    return _zip(request, files, dossier.file_name(f"{unit.name}{year}年归档"))
