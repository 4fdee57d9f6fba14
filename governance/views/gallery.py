"""`/ui/`: every component in every state, for whoever builds or reviews pages."""

import datetime
from dataclasses import dataclass
from types import SimpleNamespace

import django_tables2 as tables
from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from orgs.permissions import PowerMissing, scopes
from orgs.widgets import DayInput

MARCH = datetime.date(2026, 3, 6)


@dataclass(frozen=True)
class Days:
    """A period as `clock` takes it."""

    first: datetime.date
    last: datetime.date


class SampleForm(forms.Form):
    """One field of each kind."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What you have to say"),
        choices=[
            ("question", gettext_lazy("Question")),
            ("suggestion", gettext_lazy("Suggestion")),
            ("objection", gettext_lazy("Objection")),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("Your text"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Please write down what you have to say.")},
    )
    phone = forms.CharField(
        label=gettext_lazy("Your telephone"),
        required=False,
        help_text=gettext_lazy("Used to answer you; kept confidential."),
    )
    heard_on = forms.DateField(label=gettext_lazy("Day"), required=False, widget=DayInput())
    scan = forms.FileField(label=gettext_lazy("Scan"), required=False)
    agrees = forms.BooleanField(label=gettext_lazy("The summary may be shown in public"), required=False)


class SampleTable(tables.Table):
    """A sortable list that folds on a phone."""

    title = tables.Column(verbose_name=gettext_lazy("Title"))
    board = tables.Column(verbose_name=gettext_lazy("Board"), orderable=False)
    amount = tables.Column(verbose_name=gettext_lazy("Amount (yuan)"), attrs={"th": {"class": "amount"}})
    row_template = "governance/_sample_row.html"

    @property
    def caption(self):
        return _("Six samples, two a page")

    class Meta:
        template_name = "ui/table.html"
        order_by = "title"


@require_safe
def gallery(request):
    """Shown to staff: accounts for the administration, and anybody with a power anywhere."""
    if not (request.user.is_staff or scopes(request.user, on=request.today)):
        raise PowerMissing(_("The gallery of components is for staff."))
    table = SampleTable(
        [{"title": f"{_('Sample')} {n}", "board": "financial", "amount": n * 123450} for n in range(1, 7)],
        order_by="title",
    )
    tables.RequestConfig(request, paginate={"per_page": 2}).configure(table)
    filled = SampleForm({"kind": "question", "phone": "12"}, prefix="sample")
    clocks = [
        {
            "period": Days(MARCH, MARCH + datetime.timedelta(14)),
            "today": MARCH + datetime.timedelta(day),
            "label": label,
        }
        for day, label in (
            (8, _("Display period")),
            (14, _("Display period")),
            (20, _("Display period")),
            (-1, _("Objection window")),
            (-9, _("Objection window")),
        )
    ]
    context = {
        "form": filled,
        "plain_form": SampleForm(prefix="plain"),
        "table": table,
        "page": Paginator(range(9), 3).page(2),
        "clocks": clocks,
        "note": _("Holidays do not count."),
        "boards": [
            ("party", _("Party affairs")),
            ("residential", _("Residential affairs")),
            ("financial", _("Financial affairs")),
            ("compound", _("Compound affairs")),
            ("everyday", _("Announcements")),
        ],
        "board": SimpleNamespace(
            key="residential",
            name=_("Residential affairs"),
            url="#board",
            on_display=1,
            notices=[
                SimpleNamespace(title=_("Sample"), url="#board", on=MARCH, state=_("On display"), kind="good"),
                SimpleNamespace(title=_("Sample"), url="#board", on=MARCH, state=_("Display ended"), kind=""),
            ],
        ),
        "empty_board": SimpleNamespace(key="party", name=_("Party affairs"), url="#board", on_display=0, notices=[]),
        "tags": [
            (_("registered"), ""),
            (_("returned"), "wait"),
            (_("On display"), "good"),
            (_("Display ended"), ""),
            (_("void"), "void"),
            (_("overdue"), "late"),
        ],
        "tracks": [_track(state) for state in (0, 3, 7)],
        "pips": [step.state for _name, steps in _track(3) for step in steps],
        "facts": [(_("Number"), "柳溪议〔2026〕2号"), (_("Supervision"), "0000-8812366")],
        "phones": [
            SimpleNamespace(label=_("Office"), number="0000-8812300", hours="9:00—17:00"),
            SimpleNamespace(label=_("Supervision"), number="0000-8812366", hours=""),
        ],
        "moment": datetime.datetime(2026, 3, 31, 11, 0, tzinfo=datetime.UTC),
        "march": MARCH,
        "result_facts": [(_("Basis"), "URC 28, 29")],
    }
    return render(request, "governance/gallery.html", context)


def _track(current):
    """The six steps with step number `current` under way: 0 before the first, 7 after the last."""
    rows = [
        (1, pgettext("short step", "Proposal"), _("Party organisation")),
        (2, pgettext("short step", "Conferral"), _("The two committees")),
        (3, pgettext("short step", "Review"), _("Party members' assembly")),
        (4, pgettext("short step", "Resolution"), _("Residents' representatives meeting")),
        (5, pgettext("short step", "Disclosure"), _("Resolution disclosed")),
        (6, pgettext("short step", "Outcome"), _("Outcome disclosed")),
    ]
    steps = [
        SimpleNamespace(
            number=number,
            short=short,
            name=short,
            body=body,
            on=MARCH if number <= current else None,
            state="done" if number < current else "now" if number == current else "todo",
            anchor=f"track-{current}-{number}",
            tag="",
            text="",
        )
        for number, short, body in rows
    ]
    return [(_("Four deliberations"), steps[:4]), (_("Two disclosures"), steps[4:])]
