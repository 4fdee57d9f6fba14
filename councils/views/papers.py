"""Papers to print and to save: those of a meeting and of a matter, the dossier, the archive of a year."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from councils.actions import meetings as actions
from councils.models import Matter
from councils.papers import docx
from councils.papers.catalogue import MATTER_FORMS, MEETING_FORMS
from councils.papers.meetings import MOST_BALLOTS, session_of, voters
from councils.permissions import may_read_meeting
from councils.views.answers import items_of, readable_meeting
from councils.views.matters import matter_for, papers_of


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
    more = None
    if row.key in ("packet", "ballots") and voters(session) >= session.first + MOST_BALLOTS:
        more = (session.first + MOST_BALLOTS, session.first + MOST_BALLOTS - 1)
    context = {
        "form": row,
        "paper": paper,
        "more": more,
        "back": str(meeting),
        "back_url": meeting.get_absolute_url(),
        "docx_url": reverse("meeting_paper_docx", args=[pk, row.key]),
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


def _matter_paper(request, pk, key):
    """(matter, form, paper or None, why there is none)."""
    form = _form(MATTER_FORMS, key)
    matter = matter_for(request, pk, Matter.objects.for_page())
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
    response = HttpResponse(docx.write(paper), content_type=docx.MEDIA_TYPE)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{paper.title} {subject}.docx")
    response.headers["Cache-Control"] = "private, no-store"
    return response
