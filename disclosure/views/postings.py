"""Postings on physical boards, at the desk."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.actions import store
from audit.enums import Audience
from audit.errors import Mistaken, Refused
from disclosure import actions
from disclosure.forms.everyday import PostingForm, TakeDownForm
from disclosure.forms.reviews import ReasonForm
from disclosure.models import NoticeVersion, Posting
from disclosure.views.desk import find_notice
from orgs.answers import show_refusal
from orgs.permissions import PowerMissing, refusal
from orgs.powers import Power


@require_http_methods(["GET", "HEAD", "POST"])
def desk_notice_postings(request, pk):
    """When a notice hung on physical boards; enter one, or of one (`posting`: its id) the day it was taken down, or
    (`back`: its id) why its photograph is not for everyone after all."""
    notice = find_notice(request, pk)
    if reason := refusal(request.user, Power.DRAFT_NOTICES, notice.unit.path, on=request.today):
        raise PowerMissing(reason)
    postings = list(Posting.objects.filter(notice=notice).with_company().select_related("photo", "entered_by"))
    down = request.POST.get("posting", "")
    back = "" if down else request.POST.get("back", "")
    for each in postings:
        alone = each.entered_with == 0
        initial = {"taken_down_on": request.today}
        each.down_form = _of(each, TakeDownForm, "down", down, request, initial=initial, alone=alone)
        each.back_form = _of(each, ReasonForm, "back", back, request)
    posting = next((each for each in postings if str(each.pk) == (down or back)), None)
    if (down or back) and posting is None:
        raise Http404
    form = PostingForm(
        None if posting else request.POST or None,
        request.FILES or None,
        initial={"posted_on": request.today},
        notice=notice,
        today=request.today,
        others=_beside(notice, request.today),
    )
    asked = form if posting is None else posting.down_form if down else posting.back_form
    status = 200
    if request.method == "POST":
        try:
            if asked.is_valid():
                if posting:
                    act = actions.take_down if down else actions.take_back_photo
                    act(posting=posting, by=request.user, at=request.at, **asked.cleaned_data)
                else:
                    _enter(request, notice, form)
                messages.success(request, _("Saved."))
                return redirect("desk_notice_postings", notice.pk)
        except Refused as error:
            show_refusal(asked, error)
            status = 200 if isinstance(error, Mistaken) else 409
    context = {
        "notice": notice,
        "unit": notice.unit,
        "version": notice.newest,
        "postings": postings,
        "form": form,
        "asked": asked,
    }
    return render(request, "disclosure/desk_postings.html", context, status=status)


def _beside(notice, on):
    """The other notices for everyone on the same board."""
    if notice.audience != Audience.PUBLIC:
        return NoticeVersion.objects.none()
    rows = NoticeVersion.objects.public().on_display(on).filter(notice__unit=notice.unit, notice__board=notice.board)
    return rows.exclude(notice=notice).select_related("notice").order_by("-published_on", "-id")


def _of(posting, form, prefix, asked, request, **given):
    """A form of one posting, with ids of its own; bound when this posting was `asked` for."""
    data = request.POST if asked == str(posting.pk) else None
    return form(data, prefix=prefix, auto_id=f"id_%s_{posting.pk}", **given)


def _enter(request, notice, form):
    data = dict(form.cleaned_data)
    if upload := data.pop("photo"):
        audience = Audience.PARTY if notice.audience == Audience.PARTY else Audience.UNIT
        upload = store(upload, audience=audience, path=notice.unit.path, by=request.user, at=request.at)
    actions.enter_posting(notice=notice, photo=upload, by=request.user, at=request.at, **data)
