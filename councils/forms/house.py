"""What a community settled for itself, entered at the desk."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from councils.forms.rules import Day, WholeNumber
from councils.models.house import RULE_CHOICES
from councils.procedures import delegable
from councils.procedures.parts import rules_settled_at
from councils.voting import Share, share_text
from orgs.village import form_in_place


class AuthorisationForm(forms.Form):
    """The meeting of all lets its representatives decide: which matters, by which resolution or paper, until when."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    given_on = Day(label=_("Given on"))
    resolution = forms.TypedChoiceField(label=_("Resolution of the meeting"), required=False, empty_value=None)
    document = forms.CharField(
        label=_("Or the paper of the meeting"),
        max_length=200,
        required=False,
        help_text=_("Day and number of the resolution on paper. Everyone can read it."),
    )
    categories = forms.MultipleChoiceField(
        label=_("What the representatives may decide"), required=False, widget=forms.CheckboxSelectMultiple
    )
    extent = forms.CharField(
        label=_("Extent in words"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Limits and conditions, as the resolution puts them."),
    )
    until = Day(label=_("Until"), required=False)

    def __init__(self, data=None, *, unit, resolutions):
        super().__init__(data, initial={"token": uuid.uuid4()})
        known = {str(row.pk): row for row in resolutions}
        titles = [(key, f"{row.matter.number} {row.matter.short_title}") for key, row in known.items()]
        self.fields["resolution"].choices = [("", "—"), *titles]
        self.fields["resolution"].coerce = known.get
        self.fields["categories"].choices = [(row.code, row.title) for row in delegable(unit.kind)]
        if not self.fields["categories"].choices:
            del self.fields["categories"]
        if not known:
            del self.fields["resolution"]
            self.fields["document"].label = _("Paper of the meeting")
        form_in_place(self, unit, *({"categories"} & set(self.fields)))


# What a meeting may ask for: the shares that laws and local rules know, the smallest first.
SHARES = (
    Share(1, 2),
    Share(1, 2, strict=True),
    Share(3, 5),
    Share(2, 3),
    Share(2, 3, strict=True),
    Share(3, 4),
    Share(4, 5),
)


class ShareChoice(forms.TypedChoiceField):
    """One of SHARES, or None for the law's own."""

    def __init__(self, **options):
        known = {f"{'>' if share.strict else ''}{share.part}/{share.whole}": share for share in SHARES}
        choices = [("", _("as the law says")), *((key, share_text(share)) for key, share in known.items())]
        super().__init__(choices=choices, coerce=known.get, empty_value=None, required=False, **options)


class LocalRuleForm(forms.Form):
    """Numbers stricter than the law's: for which meeting, how many must come and agree, adopted by which document."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    rule_key = forms.ChoiceField(label=_("Meeting"))
    quorum = ShareChoice(label=_("Valid when present, of those entitled"))
    passing = ShareChoice(label=_("Carried when in favour, of the law's base"))
    call_days = WholeNumber(
        label=_("Days to call a meeting asked for by law"),
        required=False,
        help_text=_("No law sets this number. Empty: the portal's own default."),
    )
    document = forms.CharField(label=_("Adopted by"), max_length=200, help_text=_("Meeting, day and number."))
    adopted_on = Day(label=_("Adopted on"))
    in_force_from = Day(label=_("In force from"))
    in_force_until = Day(label=_("In force until"), required=False)

    def __init__(self, data=None, *, unit):
        super().__init__(data, initial={"token": uuid.uuid4()})
        known = rules_settled_at(unit.level, unit.kind)
        self.fields["rule_key"].choices = [choice for choice in RULE_CHOICES if choice[0] in known]


class LastDayForm(forms.Form):
    """The last day of a local rule."""

    last_day = Day(label=_("Last day"))


class EndForm(forms.Form):
    """Something that was settled ends, with a reason."""

    reason = forms.CharField(label=_("Why it ends"), max_length=200)
