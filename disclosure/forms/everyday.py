"""Forms of announcements, service guides and duty rotas, and of physical boards."""

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from disclosure import everyday, permissions
from disclosure.enums import AnnouncementKind
from disclosure.forms.fields import FilterForm, UploadField
from orgs.widgets import DayInput


class AnnouncementFilter(FilterForm):
    """What a member of staff looks for among announcements."""

    q = forms.CharField(label=_("Word in the title"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *AnnouncementKind.choices])
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            ("shown", _("shown")),
            ("past", _("past")),
            ("replaced", _("replaced")),
            ("withdrawn", _("withdrawn")),
        ],
    )

    def condition(self, on):
        """The rows of `Announcement` that match on the day `on`."""
        states = {
            "shown": Q(withdrawn_at=None, successor=None) & (Q(shown_until=None) | Q(shown_until__gte=on)),
            "past": Q(withdrawn_at=None, successor=None, shown_until__lt=on),
            "replaced": Q(withdrawn_at=None, successor__isnull=False),
            "withdrawn": Q(withdrawn_at__isnull=False),
        }
        kind = self.clean_value("kind")
        condition = Q(kind=kind) if kind else Q()
        return (
            condition & Q(title__icontains=self.clean_value("q").strip()) & states.get(self.clean_value("state"), Q())
        )


class EverydayForm(forms.Form):
    """What announcements of each kind share: unit and title. Clean data are what `publish_announcement` takes."""

    unit = forms.ModelChoiceField(label=_("Unit"), queryset=None, empty_label=_("Choose the unit"))
    title = forms.CharField(label=_("Title"), max_length=120)

    def __init__(self, *args, units, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["unit"].queryset = units


class AnnouncementForm(EverydayForm):
    """An everyday announcement; until when it is shown is judged with the rest."""

    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 8}), max_length=10_000, strip=False)
    shown_until = forms.DateField(label=_("Shown until"), widget=DayInput())

    @staticmethod
    def fields_of(announcement):
        """What the form shows of an announcement that is corrected."""
        return {"text": announcement.text, "shown_until": announcement.shown_until}

    def clean_text(self):
        text = self.cleaned_data["text"]
        if not text.strip():
            raise forms.ValidationError(_("Write the text of the announcement."), code="required")
        return text

    def clean_shown_until(self):
        day = self.cleaned_data["shown_until"]
        if reason := everyday.wrong_end(AnnouncementKind.ANNOUNCEMENT, day, self.today):
            raise forms.ValidationError(reason)
        return day


_LINES = forms.Textarea(attrs={"rows": 3})


class GuideForm(EverydayForm):
    """A service guide: five short parts that become its text. It stands until it is replaced or withdrawn."""

    conditions = forms.CharField(label=_("Who can have it, and when"), widget=_LINES, max_length=2000)
    papers = forms.CharField(label=_("Papers to bring"), widget=_LINES, max_length=2000)
    time_limit = forms.CharField(label=_("Time limit"), max_length=200)
    post = forms.CharField(
        label=_("Responsible post"), max_length=100, help_text=_("The post, not a name: names change more often.")
    )
    phone = forms.CharField(
        label=_("Office telephone"),
        max_length=60,
        validators=[RegexValidator(r"\d{5}", _("Write a telephone number."))],
    )

    @staticmethod
    def fields_of(announcement):
        """What the form shows of a guide that is corrected."""
        return everyday.guide_parts(announcement.text)

    def clean(self):
        data = super().clean()
        parts = {key: data.pop(key, "") for key, _heading in everyday.GUIDE_PARTS}
        return data | {"text": everyday.guide_text(parts), "shown_until": None}


class RotaForm(EverydayForm):
    """A duty rota: one line for each duty, which become a table. It ends with its last day."""

    lines = forms.CharField(
        label=_("Duties, one line each"),
        widget=forms.Textarea(attrs={"rows": 9}),
        max_length=20_000,
        help_text=_(
            "Day, post, name and office telephone, parted by tabs, commas or spaces, for instance: "
            "10月1日 值班干部 何静 0000-8812300. Rows can be pasted from Excel."
        ),
    )

    @staticmethod
    def fields_of(announcement):
        """What the form shows of a rota that is corrected."""
        return {"lines": announcement.text}

    def clean_lines(self):
        try:
            return everyday.read_rota(self.cleaned_data["lines"], year=self.today.year)
        except everyday.WrongLine as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self):
        data = super().clean()
        duties = data.pop("lines", [])
        last = duties[-1].day if duties else None
        if last and (reason := everyday.wrong_end(AnnouncementKind.ROTA, last, self.today)):
            self.add_error("lines", reason)
        return data | {"text": everyday.rota_text(duties), "shown_until": last}


EVERYDAY_FORMS = {
    AnnouncementKind.ANNOUNCEMENT: AnnouncementForm,
    AnnouncementKind.GUIDE: GuideForm,
    AnnouncementKind.ROTA: RotaForm,
}


class _Others(forms.ModelMultipleChoiceField):
    """Notices, chosen by their versions that are displayed."""

    def label_from_instance(self, obj):
        return f"{obj.notice.short_number} {obj.title}"

    def clean(self, value):
        return [version.notice for version in super().clean(value)]


class PostingForm(forms.Form):
    """A notice that hung on a physical board, and what hung beside it."""

    posted_on = forms.DateField(label=_("Posted on"), widget=DayInput())
    taken_down_on = forms.DateField(label=_("Taken down on"), required=False, widget=DayInput())
    photo = UploadField(
        label=_("Photograph"), required=False, widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"})
    )
    photo_public = forms.BooleanField(
        label=_("Neither people nor personal data can be seen on it: show it to everyone"), required=False
    )
    others = _Others(
        label=_("Other notices on the same board and photograph"),
        required=False,
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, notice, today, others, **kwargs):
        """`others`: versions that are on display on the same board as `notice`."""
        super().__init__(*args, **kwargs)
        self.notice, self.today = notice, today
        self.fields["others"].queryset = others
        if not others:
            del self.fields["others"]

    def clean_photo(self):
        photo = self.cleaned_data["photo"]
        if photo and not photo.media_type.startswith("image/"):
            raise forms.ValidationError(_("Choose an image."))
        return photo

    def clean(self):
        """The days are judged here too, so that all that is wrong is said at once."""
        data = super().clean()
        wrong = permissions.wrong_posting(self.notice, data.get("posted_on"), data.get("taken_down_on"), self.today)
        for name, reason in wrong.items():
            self.add_error(name, reason)
        return data


class TakeDownForm(forms.Form):
    """The day a notice was taken down from a physical board."""

    taken_down_on = forms.DateField(label=_("Taken down on"), widget=DayInput())
    together = forms.BooleanField(label=_("What was posted with it was taken down too"), required=False, initial=True)

    def __init__(self, *args, alone, **kwargs):
        """`alone`: nothing was posted with it that still hangs."""
        super().__init__(*args, **kwargs)
        if alone:
            del self.fields["together"]
