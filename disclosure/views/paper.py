"""What was said to a draft on paper, entered with the scan of the signed sheet."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.actions import store
from audit.enums import Audience
from audit.errors import Refused
from disclosure import actions, permissions
from disclosure.enums import Stage
from disclosure.forms.reviews import PaperOpinionForm
from disclosure.views.desk import find_notice
from orgs.models import Person, Term
from orgs.permissions import PowerMissing


def _members(notice, on):
    """Who may have signed: members of the checking body of the unit or above it; None where owners sign by name."""
    if notice.checking.by_members:
        return None
    places = [notice.unit_id, *notice.unit.ancestor_ids]
    terms = Term.objects.running_on(on).filter(body__kind__in=notice.checking.bodies, body__unit__in=places)
    return Person.objects.filter(pk__in=terms.values("person")).order_by("pk")


@require_http_methods(["GET", "HEAD", "POST"])
def desk_notice_paper(request, pk):
    """Enter an opinion that was signed on paper; who is named may contradict it at the desk."""
    notice = find_notice(request, pk)
    if reason := permissions.missing_power("submit", notice, request.user, request.today):
        raise PowerMissing(reason)
    version = notice.draft
    if version is None or version.stage_of_draft != Stage.IN_REVIEW:
        messages.error(request, permissions.may_review(notice.newest, None))
        return redirect(notice.desk_url)
    form = PaperOpinionForm(
        request.POST or None,
        request.FILES or None,
        version=version,
        today=request.today,
        members=_members(notice, request.today),
        initial={"on": request.today, "seen": version.revision},
    )
    context, status = {"form": form, "notice": notice, "version": version, "unit": notice.unit}, 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        audience = Audience.PARTY if notice.audience == Audience.PARTY else Audience.UNIT
        try:
            scan = store(data.pop("scan"), audience=audience, path=notice.unit.path, by=request.user, at=request.at)
            actions.enter_opinion(version=version, scan=scan, by=request.user, at=request.at, **data)
        except Refused as error:
            context["refused"], status = str(error), 409
        else:
            messages.success(request, _("Entered."))
            return redirect(notice.desk_url)
    return render(request, "disclosure/desk_notice_paper.html", context, status=status)
