"""How a page answers a form: done and gone on, or shown again with why its action refused it."""

from django.contrib import messages
from django.shortcuts import redirect, render

from audit.errors import Mistaken, Refused, Stale


def show_refusal(form, refused):
    """Put the reasons of `refused` beside their fields; what belongs to no field of the form stands above it."""
    errors = getattr(refused, "errors", None) or {None: str(refused)}
    for name, text in errors.items():
        form.add_error(name if name in form.fields else None, text)


def keep_current(form, version):
    """Let a form that is shown again carry the `version` its reader now sees. What was typed stays."""
    form.data = form.data.copy()
    form.data["seen"] = version


def answer(request, form, act, *, template, words, target):
    """The answer to a form whose page shows nothing else: `act()` done and back to `target`, or shown again.

    `words` is what the template reads; `done` of it is said afterwards.
    """
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Stale as stale:
            messages.warning(request, str(stale))
            return redirect(target)
        except Refused as refused:
            show_refusal(form, refused)
            status = 200 if isinstance(refused, Mistaken) else 409
        else:
            messages.success(request, words["done"])
            return redirect(target)
    return render(request, template, words | {"form": form}, status=status)
