"""`/`: find my community."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from governance.context import page
from governance.views import search
from orgs.models import OrgUnit


@login_not_required  # the front door
@require_safe
def home(request):
    """The search for a community, its results, and the community looked at last. One certain result opens at once."""
    query = request.GET.get("q", "")[:60].strip()
    found = search.find_units(query, today=request.today)
    if len(found) == 1:
        return redirect(found[0])
    context = {
        "query": query,
        "results": search.with_places(found[: search.MOST_RESULTS]),
        "has_more": len(found) > search.MOST_RESULTS,
    }
    if not query:
        context["places"] = search.topmost(today=request.today)
        code = page(request)["last_code"]
        last = OrgUnit.objects.open_on(request.today).filter(code=code).first() if code else None
        context["last"] = search.with_places([last])[0] if last else None
    return render(request, "governance/home.html", context)
