"""Which versions of notices there are: drafts, what is on display on a day, what everyone may read."""

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from audit.enums import Audience


class NoticeVersionQuerySet(models.QuerySet):
    """Versions of notices ..."""

    def signed(self):
        """Published, whatever became of them since."""
        return self.filter(signed_at__isnull=False)

    def with_people(self):
        """Newest first, with everybody who had a hand in them."""
        people = ("drafted_by", "reviewed_by", "review_body", "returned_by", "signed_by", "withdrawn_by", "redaction")
        return self.select_related(*people).order_by("-number")

    def open(self):
        """Drafts on their way to a signature."""
        return self.filter(signed_at__isnull=True)

    def with_subject(self):
        """Each knows the `subject` that names it in the public log."""
        notice, number = (Cast(name, models.CharField()) for name in ("notice_id", "number"))
        return self.annotate(subject=Concat(Value("notice/"), notice, Value("/"), number))

    def with_superseded(self):
        """Each knows without a query of its own whether a newer version was signed."""
        return self.annotate(superseded=self._newer())

    def _newer(self):
        return Exists(
            self.model.objects.filter(notice=OuterRef("notice"), number__gt=OuterRef("number"), signed_at__isnull=False)
        )

    def with_corrects(self):
        """Each knows without a query of its own whether it corrects an older one (`is_correction`)."""
        older = self.model.objects.lasting().filter(notice=OuterRef("notice"), number__lt=OuterRef("number"))
        return self.annotate(corrects=Exists(older))

    def current(self):
        """The newest signed version of each notice."""
        return self.signed().filter(~self._newer()).annotate(superseded=Value(False))

    def public(self):
        """Signed versions of notices for everyone; public pages add `published(on)`."""
        return self.signed().filter(notice__audience=Audience.PUBLIC)

    def lasting(self):
        """Signed and not recalled before their day: on the board now, once, or from a coming day."""
        return self.signed().filter(_never_recalled())

    def recalled(self):
        """Recalled before their day, and nobody has begun to draft them anew."""
        newer = self.model.objects.filter(notice=OuterRef("notice"), number__gt=OuterRef("number"))
        return self.filter(withdrawn_at__date__lt=F("published_on")).filter(~Exists(newer))

    def published(self, on):
        """Signed versions whose day of publication has come by `on`, whatever became of them since."""
        return self.filter(_never_recalled(), published_on__lte=on)

    def on_display(self, on):
        """Current, not withdrawn, display period not over on `on`."""
        return self.current().filter(_on_display(on))

    def scheduled(self, on):
        """Signed for a day after `on`, and not recalled."""
        return self.filter(published_on__gt=on, withdrawn_at=None)

    def display_ended(self, on):
        """Current, not withdrawn, display period over on `on`."""
        return self.current().filter(_display_ended(on))

    def board_counts(self, on, matching):
        """How many of them stand where on `on`, and every year: one query. `matching` (Q) narrows the numbers only."""
        return self.aggregate(
            all=Count("pk", filter=matching),
            on_display=Count("pk", filter=matching & _on_display(on)),
            display_ended=Count("pk", filter=matching & _display_ended(on)),
            withdrawn=Count("pk", filter=matching & Q(withdrawn_at__isnull=False)),
            years=ArrayAgg("notice__year", distinct=True, default=Value([])),
        )

    def in_state(self, state, on):
        """Those of current versions that stand at `state` (on_display, display_ended, withdrawn; else: all)."""
        conditions = {
            "on_display": _on_display(on),
            "display_ended": _display_ended(on),
            "withdrawn": Q(withdrawn_at__isnull=False),
        }
        return self.filter(conditions.get(state, Q()))


def _never_recalled():
    return Q(withdrawn_at=None) | Q(withdrawn_at__date__gte=F("published_on"))


def _on_display(on):
    return Q(withdrawn_at=None, published_on__lte=on, displayed_until__gte=on)


def _display_ended(on):
    return Q(withdrawn_at=None, displayed_until__lt=on)
