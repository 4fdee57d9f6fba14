"""`/desk/`: what waits for me."""

from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def desk(request):
    """This week's meetings, what waits for me and for others, and what falls due."""
    return render(request, "governance/desk.html", {})
