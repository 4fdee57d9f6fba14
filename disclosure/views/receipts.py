"""What residents bring up, and their receipt: when the reply is due, the reply, and whether it satisfies."""

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.cache import cache
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.addresses import client_address
from audit.errors import Refused, Stale
from audit.log import codes
from disclosure import actions, clocks, permissions
from disclosure.enums import Kind
from disclosure.forms.objections import FeedbackForm, ObjectionForm, ReceiptForm
from disclosure.models import Objection
from disclosure.views import guesses
from disclosure.views.common import absolute, kept_by_nobody
from disclosure.views.notices import _find, _hide
from disclosure.workdays import CalendarMissing

SENT_PER_DAY = 20  # by one address: a whole building may share it
_SALT = "disclosure.received"


def token_of(objection, on):
    """What the address of a receipt without a code holds: the day, and which objection it is; None: said before.

    Nobody can make one up: it is signed. Whoever repeats the words of somebody else gets no key to their receipt. What
    was received before there were codes has such an address too.
    """
    return signing.dumps([on.isoformat(), objection and objection.pk], salt=_SALT)


def _receipt(request, notice, token):
    """(day, objection or None, code) of the receipt with the address `token`: a code, or what is signed; Http404."""
    if ":" in token:
        try:
            day, pk = signing.loads(token, salt=_SALT)
        except (signing.BadSignature, ValueError):
            raise Http404 from None
        objection = Objection.objects.filter(notice=notice, pk=pk).first() if pk else None
        if pk and objection is None:
            raise Http404
        return parse_date(day), objection, ""
    objection = _with_code(token).filter(notice=notice).first()
    if objection is None:
        guesses.note(request)
        raise Http404
    return objection.received_on, objection, codes.grouped(codes.read(token))


def _with_code(typed):
    try:
        return Objection.objects.with_receipt(codes.read(typed))
    except codes.Mistyped:
        return Objection.objects.none()


@login_not_required  # residents have no accounts: the code on the receipt is what they have
@require_safe
@kept_by_nobody
def receipt(request):
    """Where the number of a receipt is typed."""
    form, status = ReceiptForm(request.GET if "code" in request.GET else None), 200
    if form.is_bound and form.is_valid():
        code = form.cleaned_data["code"]
        found = Objection.objects.with_receipt(code).select_related("notice__unit")
        if guesses.too_many(request):
            form.add_error("code", _("Many wrong numbers have come from here today. Please call us."))
            status = 429
        elif objection := found.first():
            notice = objection.notice
            return redirect("notice_received", notice.unit.code, notice.ref, code)
        else:
            guesses.note(request)
            form.add_error("code", _("There is no receipt with this number. Please compare it, letter by letter."))
            status = 404
    return render(request, "disclosure/receipt.html", {"form": form}, status=status)


def _counter(request):
    """The key under which today's messages of this address are counted; it holds no address."""
    sender = salted_hmac("disclosure.sender", client_address(request)).hexdigest()[:24]
    return f"sent:{request.today}:{sender}"


@login_not_required  # residents have no accounts
@require_http_methods(["GET", "HEAD", "POST"])
def notice_object(request, code, ref):
    """Ask, suggest or object. No account, no name needed; the reply is on the page of the notice."""
    notice, unit, above, phones = _find(code, ref, request.today)
    closed = permissions.may_object(notice, Kind.QUESTION, request.today)
    objections_closed = permissions.may_object(notice, Kind.OBJECTION, request.today)
    form = ObjectionForm(request.POST or None, objections_open=objections_closed is None)
    status, refused = 200, closed
    if request.method == "POST" and not closed and form.is_valid():
        key = _counter(request)
        cache.add(key, 0, 24 * 60 * 60)
        if cache.get(key, 0) >= SENT_PER_DAY:
            refused = _("Many messages have come from here today. Please call us, or write again tomorrow.")
            status = 429
        else:
            try:
                objection = actions.receive_objection(notice=notice, at=request.at, **form.cleaned_data)
                cache.incr(key)
            except Stale:
                # The same words in another form: the first one counts, and the sender sees that it arrived.
                return redirect("notice_received", code, ref, token_of(None, request.today))
            except Refused as error:
                refused, status = str(error), 409
            else:
                return redirect("notice_received", code, ref, objection.code)
    context = {
        "unit": unit,
        "above": above,
        "phones": phones,
        "notice": notice,
        "version": notice.current,
        "form": form,
        "refused": refused,
        "closed": closed,
        "objections_closed": objections_closed,
        "reply_days": permissions.reply_days(),
    }
    return _hide(render(request, "disclosure/object.html", context, status=status), notice)


@login_not_required  # the receipt of somebody without an account
@require_http_methods(["GET", "HEAD", "POST"])
@kept_by_nobody
def notice_received(request, code, ref, token):
    """The receipt: when the reply is due, then the reply, and the resident's word on it. Never what was written."""
    notice, unit, above, phones = _find(code, ref, request.today)
    if ":" not in token and guesses.too_many(request):
        return redirect(reverse("receipt", query={"code": token}))  # which says so
    received_on, objection, number = _receipt(request, notice, token)
    closed = permissions.may_give_feedback(objection, request.today) if objection else None
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    status, refused = 200, None
    if request.method == "POST":
        if objection is None:
            raise Http404
        if form.is_valid():
            try:
                actions.give_feedback(objection=objection, at=request.at, **form.cleaned_data)
                return redirect(request.path)
            except Refused as error:
                refused, status = str(error), 409
                objection.refresh_from_db()
    context = {
        "unit": unit,
        "above": above,
        "phones": phones,
        "notice": notice,
        "objection": objection,
        "receipt_number": number,
        "receipt_address": absolute(request, reverse("receipt")),
        "received_on": received_on,
        "due": objection.due if objection else _due(received_on),
        "form": form if objection and not closed else None,
        "refused": refused,
        "reply_days": permissions.reply_days(),
        "today": request.today,
    }
    return render(request, "disclosure/received.html", context, status=status)


def _due(received_on):
    """The last day for the reply, or None while the calendar of that year is not known."""
    try:
        return clocks.reply_due(received_on)
    except CalendarMissing:
        return None
