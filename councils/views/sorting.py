"""Entering how a joint meeting sorted a matter (三事分流)."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from councils.actions.sorting import record_sorting, why_not_sortable
from councils.forms.sorting import SortingForm
from councils.models import Sorting
from councils.views.answers import attempt, item_or_404, items_of, meeting_to_record


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_sort(request, pk, item_pk):
    """Say how the meeting sorted one matter; until the record is confirmed it may be said anew."""
    sitting = meeting_to_record(request, pk)
    items = items_of(sitting)
    item = item_or_404(items, item_pk)
    reason = why_not_sortable(item)
    if reason and request.method != "POST":
        messages.warning(request, reason)
        return redirect(sitting)
    if not item.step_row.is_triage:
        messages.warning(request, reason)
        return redirect(sitting)
    before = Sorting.objects.filter(item=item).first()
    form = SortingForm(request.POST if request.method == "POST" else None, item=item, before=before)
    status = 200
    if request.method == "POST" and form.is_valid():
        answer = attempt(
            request,
            form,
            lambda: record_sorting(by=request.user, at=request.at, item=item, **form.cleaned_data),
            row=sitting,
            closed=lambda fresh: fresh.confirmed_at,
        )
        if answer is None:
            messages.success(request, _("Saved."))
            return redirect(sitting)
        if isinstance(answer, HttpResponseBase):
            return answer
        status = answer
    context = {"meeting": sitting, "items": items, "form": form}
    context |= {"title": _("How the meeting sorted the matter"), "verb": _("Save")}
    return render(request, "councils/meeting_reason.html", context, status=status)
