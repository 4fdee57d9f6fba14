"""The public log for people: checking a paper, and what the log proves."""

import segno
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.log import codes
from audit.models import Checkpoint, TreeHead
from disclosure.views.common import absolute
from governance import checking

MOST_TYPED = 200  # characters that are looked at


@login_not_required  # residents have no accounts
@require_safe
def check(request):
    """One field for the code on a paper. A right one leads to its record, a wrong one says where to look again."""
    typed = request.GET.get("code", "")[:MOST_TYPED].strip()
    wrong = ""
    if typed:
        try:
            return redirect("check_record", codes.grouped(codes.read(typed)))
        except codes.Mistyped as error:
            wrong = _why_mistyped(typed, error)
    return render(request, "log/check.html", {"typed": typed, "wrong": wrong})


def _why_mistyped(typed, error):
    """What to look at again, in words for somebody with a paper in their hand."""
    if codes.is_notice_number(typed):
        return _("This is the number of the notice. Please enter its check code.")
    plain = codes.plain(typed)
    if error.reason == "length":
        return _("The check code has 10 characters; you entered %(number)s.") % {"number": len(plain)}
    if error.reason == "character":
        values = {"place": error.position, "character": plain[error.position - 1]}
        return _("Character %(place)s, “%(character)s”, does not occur in check codes. Please compare it.") % values
    found = checking.slips(plain)
    if not found:
        return _("This check code is not right. Please compare it with the paper character by character.")
    places = _(" or ").join("、".join(str(place) for place in places) for places in found)
    return _("This check code is not right. Please compare character %(places)s.") % {"places": places}


@login_not_required  # residents have no accounts
@require_safe
def check_record(request, code):
    """What the log keeps under a code, beside what the paper should say; 404 in plain words for an unknown one."""
    try:
        plain = codes.read(code)
    except codes.Mistyped:
        return redirect(f"{reverse('check')}?code={code[:MOST_TYPED]}")
    if code != codes.grouped(plain):
        return redirect("check_record", codes.grouped(plain))
    found = checking.find(plain, request.today)
    context = {"code": code, "found": found, "unit": found and found.unit, "size": found and found.leaf.index + 1}
    response = render(request, "log/record.html", context, status=200 if found else 404)
    if found is None or found.hidden:
        response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response


@login_not_required  # printed on posters
@require_safe
def check_qr(request, code):
    """The QR code that leads to the check of `code`, as SVG. It holds nothing but the address."""
    try:
        plain = codes.read(code)
    except codes.Mistyped:
        raise Http404 from None
    response = HttpResponse(content_type="image/svg+xml")
    address = absolute(request, reverse("check_record", args=[codes.grouped(plain)]))
    segno.make_qr(address, error="m").save(
        response, kind="svg", border=2, omitsize=True, xmldecl=False, svgclass=None, lineclass=None
    )
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@login_not_required  # what the log proves is everybody's to know
@require_safe
def log(request):
    """What the public log proves and what it does not, how large it is, and how to check by oneself."""
    head = TreeHead.objects.first() or TreeHead()
    context = {"size": head.size, "root": head.root.hex(), "checkpoint": Checkpoint.objects.order_by("-size").first()}
    return render(request, "log/log.html", context)
