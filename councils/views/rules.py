"""The rules of procedure, for everyone: what the law asks, and results computed as those of real votes are."""

from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from councils.forms.rules import AREAS, HEADS, RuleForm
from councils.procedures import CATEGORIES, OWNERS_ITEMS
from councils.views.procedures import lines
from councils.voting import (
    GROUPS,
    KEYS,
    ballot_text,
    evidence_text,
    explain,
    modes_of,
    passing_texts,
    quorum_texts,
    roll_text,
    square_metres,
    versions_of,
)


@login_not_required  # what the law asks is everybody's to know
@require_safe
def rules(request):
    """Procedures and voting rules in plain words, each with its source."""
    return render(
        request,
        "councils/rules_list.html",
        {
            "procedures": lines(),
            "groups": [
                (title, rule_rows([row for row in rows if row.in_force_on(request.today)])) for title, rows in GROUPS
            ],
            "categories": CATEGORIES.values(),
            "owners_items": [(item, versions_of(item.rule)[0]) for item in OWNERS_ITEMS.values()],
        },
    )


@login_not_required  # anyone may check a result against the law
@require_safe
def rule(request, key):
    """One rule: what it asks, and the result of the counts in the query as a page or, with `format=json`, as data."""
    as_json = request.GET.get("format") == "json"
    if key not in KEYS:
        if as_json:
            return JsonResponse({"error": _("There is no such rule.")}, status=404)
        raise Http404(key)
    counted = as_json or any(name in request.GET for name in (*HEADS, *AREAS))
    asked = counted or any(name in request.GET for name in ("mode", "on"))
    form = RuleForm(request.GET if asked else None, key=key, today=request.today, with_counts=counted)
    wrong = asked and not form.is_valid()
    if as_json:
        return _json(form, wrong)
    shown = form.rule or next(iter(modes_of(key, request.today)), versions_of(key)[0])
    context = {
        "form": form,
        "rule": shown,
        "words": rule_words(shown),
        "versions": [rule_words(row) for row in versions_of(key)],
        "explanation": explain(form.result) if form.result else None,
    }
    return render(request, "councils/rule_detail.html", context, status=400 if wrong else 200)


def _json(form, wrong):
    if wrong:
        errors = {name: str(reasons[0]) for name, reasons in form.errors.items()}
        return _readable({"errors": errors}, status=400)
    result, explanation = form.result, explain(form.result)
    return _readable(
        {
            "rule": result.rule.key,
            "version": result.rule.version,
            "mode": result.rule.mode,
            "on": (form.cleaned_data["on"] or form.today).isoformat(),
            "outcome": result.outcome.value,
            "quorum_met": result.quorum_met,
            "required": {name: _public(name, number) for name, number in result.required.items()},
            "explanation": explanation.text,
            "basis": explanation.basis,
            **({"area_unit": "m²"} if result.rule.by_area else {}),
        }
    )


def _readable(data, status=200):
    return JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})


def _public(name, number):
    """A required number as the query takes it: heads whole, areas in m².

    The float only writes two decimals into the JSON text (at most twelve digits, so exactly); nothing computes with it.
    """
    if not name.startswith("area_"):
        return number
    text = square_metres(number)
    return float(text) if "." in text else int(text)


def rule_words(row):
    """A voting rule in plain words."""
    return {
        "rule": row,
        "who": roll_text(row),
        "quorum": quorum_texts(row),
        "passing": passing_texts(row),
        "ballot": ballot_text(row),
        "evidence": evidence_text(row),
    }


def rule_rows(rows):
    """Voting rules in plain words, one entry per key: what its modes have in common is said once."""
    return [_merged(list(modes)) for _key, modes in groupby(rows, key=lambda row: row.key)]


def _merged(modes):
    return {
        "rule": modes[0],
        "quorum": list(dict.fromkeys(text for row in modes for text in quorum_texts(row))),
        "passing": list(dict.fromkeys(text for row in modes for text in passing_texts(row))),
        "bases": list(dict.fromkeys(row.basis for row in modes)),
        "evidence": evidence_text(modes[0]),
        "modes": [row.mode_title for row in modes if row.mode],
    }
