"""Postings on physical boards, at the desk."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.actions import store
from audit.enums import Audience
from audit.errors import Refused
from disclosure import actions
from disclosure.forms.everyday import PostingForm, TakeDownForm
from disclosure.forms.reviews import ReasonForm
from disclosure.models import Posting
from disclosure.views.desk import find_notice
from orgs.permissions import PowerMissing, refusal
from orgs.powers import Power


@require_http_methods(["GET", "HEAD", "POST"])
def desk_notice_postings(request, pk):
    """When a notice hung on physical boards; enter one, or of one (`posting`: its id) the day it was taken down, or
    (`back`: its id) why its photograph is not for everyone after all."""
    notice = find_notice(request, pk)
    if reason := refusal(request.user, Power.DRAFT_NOTICES, notice.unit.path, on=request.today):
        raise PowerMissing(reason)
    down, back = request.POST.get("posting", ""), request.POST.get("back", "")
    form = PostingForm(
        None if down or back else request.POST or None, request.FILES or None, initial={"posted_on": request.today}
    )
    back_form = ReasonForm(request.POST if back else None, prefix="back")
    down_form = TakeDownForm(request.POST if down else None, initial={"taken_down_on": request.today}, prefix="down")
    status = 200
    if request.method == "POST":
        asked = down_form if down else back_form if back else form
        try:
            if asked.is_valid():
                if down:
                    _change(request, notice, down, actions.take_down, down_form)
                elif back:
                    _change(request, notice, back, actions.take_back_photo, back_form)
                else:
                    _enter(request, notice, form)
                messages.success(request, _("Saved."))
                return redirect("desk_notice_postings", notice.pk)
        except Refused as error:
            asked.add_error(None, str(error))
            status = 409
    context = {
        "notice": notice,
        "unit": notice.unit,
        "version": notice.newest,
        "postings": Posting.objects.filter(notice=notice).select_related("photo", "entered_by"),
        "form": form,
        "down_form": down_form,
        "back_form": back_form,
        "wrong": down or back,
    }
    return render(request, "disclosure/desk_postings.html", context, status=status)


def _enter(request, notice, form):
    data = dict(form.cleaned_data)
    if upload := data.pop("photo"):
        audience = Audience.PARTY if notice.audience == Audience.PARTY else Audience.UNIT
        upload = store(upload, audience=audience, path=notice.unit.path, by=request.user, at=request.at)
    actions.enter_posting(notice=notice, photo=upload, by=request.user, at=request.at, **data)


def _change(request, notice, pk, action, form):
    posting = get_object_or_404(Posting, notice=notice, pk=pk if pk.isdecimal() and len(pk) < 19 else 0)
    action(posting=posting, by=request.user, at=request.at, **form.cleaned_data)
