"""The forms of an owners' assembly: the sheet of a roll, the ballots, their delivery and double entry, the count."""

from uuid import uuid4

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from councils.enums import AreaSource, DeliveryMethod, Marked, SilentKind, TellerRole
from councils.forms.rules import Day, WholeNumber
from councils.owner_roll import MOST_DOORS, gather, read_door
from orgs.sheets import BadSheet, Column, lines, read

COLUMNS = (
    Column("door", ("房号", "门牌号", "室号", "房屋", "单元房号", "房屋坐落", "坐落", "door")),
    Column("owner", ("业主", "业主姓名", "产权人", "权利人", "所有权人", "业主名称", "owner")),
    Column("area", ("专有部分面积", "建筑面积", "面积", "产权面积", "房屋面积", "area")),
    Column("building", ("楼栋", "楼号", "幢号", "栋号", "幢", "楼", "building"), required=False),
    Column("source", ("面积来源", "面积依据", "来源", "source"), required=False),
    Column("kind", ("业主类型", "业主类别", "产权类型", "备注类型", "kind"), required=False),
    Column("code", ("业主编号", "户号", "编号", "code"), required=False),
)
KEYS = tuple(column.key for column in COLUMNS)
OWNER = "owner"  # who signed a ballot, where no proxy did


class RollForm(forms.Form):
    """A sheet of owners, looked at first and written then.

    After `is_valid()`: `reading` (owner_roll.Reading) and `problems` [(row, reason)]; with any of these nothing may be
    written. `packed` carries the checked lines to the second step, so that no file has to be chosen twice.
    """

    token = forms.UUIDField(widget=forms.HiddenInput)
    as_of = Day(label=_("As of"), help_text=_("The day whose owners the sheet names."))
    basis = forms.CharField(
        label=_("Taken from"), max_length=200, help_text=_("For example: real estate register, extract of 1 March.")
    )
    source = forms.ChoiceField(
        label=_("Source of the areas"),
        choices=AreaSource.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "For lines that do not say it themselves. The register goes before the survey, that before the contract."
        ),
    )
    file = forms.FileField(
        label=_("Sheet"),
        error_messages={"required": _("Choose the sheet."), "empty": _("The file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        help_text=_("XLSX or CSV with the columns 楼栋, 房号, 业主, 专有部分面积; also 面积来源, 业主类型, 业主编号."),
    )
    sheet = forms.CharField(widget=forms.HiddenInput, required=False, max_length=1_500_000)

    def __init__(self, data=None, files=None, *, unit, today):
        super().__init__(data, files, initial={"token": uuid4(), "source": AreaSource.REGISTER})
        self.today = today
        self.salt = f"owner_roll.{unit.pk}"
        self.fields["file"].required = not (data and data.get("sheet"))
        self.reading, self.problems, self.packed = None, [], ""

    def clean_as_of(self):
        if self.cleaned_data["as_of"] > self.today:
            raise forms.ValidationError(_("The roll says who owned on a day that has come."))
        return self.cleaned_data["as_of"]

    def clean(self):
        given = self.cleaned_data
        if "file" in self.errors:
            return
        try:
            found = self._lines(given)
        except BadSheet as reason:
            self.add_error("file", str(reason))
            return
        if self.errors:
            return
        self.packed = signing.dumps(found, salt=self.salt, compress=True)
        doors = []
        for number, *cells in found:
            door, reasons = read_door(number, dict(zip(KEYS, cells, strict=True)), AreaSource(given["source"]))
            self.problems += [(number, reason) for reason in reasons]
            doors += [door] if door else []
        self.reading = gather(doors)
        # Where no line can be used at all, the lines say why.
        self.problems = sorted([*self.problems, *(self.reading.problems if doors or not self.problems else [])])

    def _lines(self, given):
        """[[row, cell by column…]] of the file, or of the sheet that was looked at before. Raises BadSheet."""
        if given.get("file"):
            found = [[line.number, *(line.values[key] for key in KEYS)] for line in lines(read(given["file"]), COLUMNS)]
            if len(found) > MOST_DOORS:
                raise BadSheet(_("The roll has more than %(most)s doors.") % {"most": MOST_DOORS})
            return found
        try:
            return signing.loads(given.get("sheet") or "", salt=self.salt)
        except signing.BadSignature:
            raise BadSheet(_("Choose the sheet.")) from None


class AdoptedRuleForm(forms.Form):
    """What the owners adopted about those who return no ballot."""

    kind = forms.ChoiceField(
        label=_("Owners who return no ballot count"), choices=SilentKind.choices, widget=forms.RadioSelect
    )
    adopted_on = Day(label=_("Adopted on"))
    document = forms.CharField(
        label=_("Adopted by"),
        max_length=200,
        help_text=_("The resolution or document with its article, for example 《业主大会议事规则》第十八条."),
    )
    signed_only = forms.BooleanField(label=_("Only owners who signed for their ballot"), required=False, initial=True)


class OpenForm(forms.Form):
    """By which roll an assembly votes, and that the residents' committee was told."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    committee_told_on = Day(
        label=_("Residents' committee told on"),
        help_text=_("The residents' committee is told together with the owners (Property Management Regulations, 14)."),
    )

    proxies_most = WholeNumber(
        label=_("For how many owners one holder of proxies votes"),
        required=False,
        help_text=_("Only where the owners adopted a number; the law sets none (Property Management Regulations, 12)."),
    )
    proxies_document = forms.CharField(
        label=_("Number of proxies adopted by"),
        max_length=200,
        required=False,
        help_text=_("The document with its article, for example 《业主大会议事规则》第十二条."),
    )

    def __init__(self, data=None, *, meeting, rolls, rule, today, before=None):
        initial = {"seen": meeting.version, "committee_told_on": today.isoformat()}
        if before is not None:
            initial |= {name: getattr(before, name) for name in ("proxies_most", "proxies_document")}
        super().__init__(data, initial=initial)
        known = {str(roll.pk): roll for roll in rolls}
        self.fields["roll"] = forms.TypedChoiceField(
            label=_("Owner roll"), choices=[(key, str(roll)) for key, roll in known.items()], coerce=known.get
        )
        if rule is not None:
            self.fields["silent_rule"] = forms.TypedChoiceField(
                label=_("Owners who return no ballot"),
                required=False,
                choices=[
                    ("", _("take no part")),
                    (
                        str(rule.pk),
                        _("%(how)s, by %(document)s (contested)")
                        % {"how": rule.get_kind_display(), "document": rule.document},
                    ),
                ],
                coerce={str(rule.pk): rule}.get,
                empty_value=None,
                widget=forms.RadioSelect,
            )
        self.order_fields(["seen", "roll", "committee_told_on", "silent_rule", "proxies_most", "proxies_document"])


class DeliveryForm(forms.Form):
    """How and when the ticked ballots reached their owners. The ticks are named `ballot` and `signed`."""

    on = Day(label=_("Delivered on"))
    method = forms.ChoiceField(label=_("Way of delivery"), choices=DeliveryMethod.choices)
    deliverer = forms.CharField(label=_("Delivered by"), max_length=60)
    note = forms.CharField(
        label=_("Which other way"),
        max_length=100,
        required=False,
        help_text=_("Only for another way that was adopted."),
    )

    @property
    def ticked(self):
        """The ids of ballots ticked as delivered, and of those signed for, who are delivered as well."""
        signed = self._ids("signed")
        return self._ids("ballot") | signed, signed

    def _ids(self, name):
        values = self.data.getlist(name) if self.is_bound else ()
        return {int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19}


class WhyForm(forms.Form):
    """A verb that needs a reason."""

    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, data=None, *, label, prefix):
        super().__init__(data, prefix=prefix)
        self.fields["reason"].label = label


class SerialForm(forms.Form):
    """Which ballot: its number as printed."""

    serial = forms.CharField(
        label=_("Serial number"), max_length=10, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )


class EntryForm(forms.Form):
    """What one paper ballot says: a mark for each question and who signed, or why the whole ballot is invalid.

    Nobody is asked who signed where the owner has given no proxy (`proxies`).
    """

    def __init__(self, data=None, *, items, proxies, initial=None):
        super().__init__(data, initial=initial)
        self.items = items
        required = not (data and data.get("invalid_reason", "").strip())
        for item in items:
            self.fields[f"choice_{item.pk}"] = forms.ChoiceField(
                label=item.motion,
                choices=Marked.choices,
                widget=forms.RadioSelect,
                required=required,
            )
        if proxies:
            known = {str(row.pk): row for row in proxies}
            by_proxy = [(key, _("%(holder)s, by proxy: %(document)s") % vars(row)) for key, row in known.items()]
            self.fields["proxy"] = forms.TypedChoiceField(
                label=_("Who signed the ballot"),
                choices=[(OWNER, _("the owner")), *by_proxy],
                coerce=known.get,
                empty_value=None,
                widget=forms.RadioSelect,
                required=required,
            )
        self.fields["invalid_reason"] = forms.CharField(
            label=_("The whole ballot is invalid because"),
            max_length=200,
            required=False,
            help_text=_(
                "Not signed, not the owner's, without the seal, returned too late: such a ballot takes no part. A "
                "question that cannot be told on a valid ballot takes part and is not for. This is how the portal "
                "counts; no law says it."
            ),
        )

    def arguments(self):
        """The arguments of the verbs beside who, when and which ballot."""
        given = self.cleaned_data
        return {
            "choices": {item.pk: given[f"choice_{item.pk}"] for item in self.items},
            "invalid_reason": given["invalid_reason"],
            "proxy": given.get("proxy"),
        }


class MendForm(EntryForm):
    """Another look at a ballot. `seen` is the version of the meeting."""

    def __init__(self, data=None, *, items, proxies, meeting, differs, entrant, tellers):
        super().__init__(data, items=items, proxies=proxies, initial={"seen": meeting.version})
        self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput)
        known = {str(person.pk): person for person in tellers}
        self.fields["teller"] = forms.TypedChoiceField(
            label=_("Teller who looks at it with you"),
            choices=[("", _("nobody")), *((key, person.name) for key, person in known.items())],
            coerce=known.get,
            empty_value=None,
            required=False,
            help_text=_("You entered this ballot before: another person looks at it with you.") if entrant else "",
        )
        self.fields["reason"] = forms.CharField(label=_("Why it is mended"), max_length=200, required=False)
        if differs:
            self.fields["reason"].widget = forms.HiddenInput()

    def arguments(self):
        names = ("seen", "teller", "reason")
        return super().arguments() | {name: self.cleaned_data[name] for name in names}


class CloseForm(forms.Form):
    """The end of the count: who counted, and why some ballots were not delivered."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, meeting, undelivered):
        super().__init__(data, initial={"seen": meeting.version})
        for role in TellerRole:
            self.fields[f"teller_{role}"] = forms.CharField(
                label=role.label.capitalize(), max_length=60, required=False
            )
        self.fields["note"] = forms.CharField(
            label=_("Why ballots were not delivered") if undelivered else _("Remark on the count"),
            max_length=200,
            required=False,
        )

    def arguments(self):
        given = self.cleaned_data
        tellers = [{"role": role.value, "name": given[f"teller_{role}"]} for role in TellerRole]
        return {"seen": given["seen"], "note": given["note"], "tellers": tellers}
