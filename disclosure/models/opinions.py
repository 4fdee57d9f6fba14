"""What was said to drafts before they were signed."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from audit.models import Attachment
from disclosure.enums import Verdict
from disclosure.models.versions import NoticeVersion
from orgs.models import Body, Person


class OpinionQuerySet(models.QuerySet):
    """Opinions ..."""

    def standing(self):
        """Not contradicted by the person in whose name they were entered."""
        return self.filter(contradicted_at=None)

    def unanswered(self):
        """Objections that the committee has not answered."""
        return self.filter(verdict=Verdict.OBJECTED, answered_at=None)

    def contradicted_after_signature(self):
        """After what they were given to was signed, which was not corrected or withdrawn since."""
        return self.filter(
            Exists(NoticeVersion.objects.current().filter(pk=OuterRef("version"))),
            revision=F("version__revision"),
            contradicted_at__gt=F("version__signed_at"),
            version__withdrawn_at=None,
        )


class Opinion(models.Model):
    """What one checker said to one revision of a draft: agreed, or objected with a reason that is answered.

    `person` is the checker; an owners' representative known by the signed sheet alone is a `name`. With a `scan` it was
    given on paper on the day `on` and entered by `entered_by`; the person may contradict it at the desk. The answer to
    an objection is a changed text (`answer` may be empty) or the reason why it stays. Internal. Triggers refuse
    every change but one answer and one contradiction.
    """

    version = models.ForeignKey(NoticeVersion, on_delete=models.PROTECT, related_name="opinions")
    revision = models.PositiveIntegerField()
    verdict = models.CharField(_("opinion"), max_length=10, choices=Verdict)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60, blank=True)
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("day"))
    text = models.CharField(_("words"), max_length=500, blank=True)
    scan = models.ForeignKey(Attachment, null=True, on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    contradiction = models.CharField(_("contradiction"), max_length=500, blank=True)
    contradicted_at = models.DateTimeField(null=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("opinion on a draft")
        verbose_name_plural = _("opinions on drafts")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "revision", "person"],
                condition=Q(verdict=Verdict.AGREED, contradicted_at=None),
                name="opinion_agreed_once",
            ),
            models.UniqueConstraint(
                fields=["version", "revision", "name"],
                condition=Q(verdict=Verdict.AGREED, contradicted_at=None) & ~Q(name=""),
                name="opinion_name_once",
            ),
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(verdict=Verdict.OBJECTED, answered_at=None, contradicted_at=None),
                name="opinion_one_open_objection",
            ),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="opinion_verdict_is_known"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, name="") | Q(person=None) & ~Q(name=""), name="opinion_is_somebodys"
            ),
            models.CheckConstraint(
                condition=Q(scan__isnull=False) | Q(person=F("entered_by")), name="opinion_on_paper_has_scan"
            ),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.AGREED) | ~Q(text=""), name="opinion_objection_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False, verdict=Verdict.OBJECTED),
                name="opinion_answer_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(contradicted_at=None, contradiction="")
                | Q(contradicted_at__isnull=False, scan__isnull=False, person__isnull=False) & ~Q(contradiction=""),
                name="opinion_contradiction_is_whole",
            ),
        ]

    def __str__(self):
        return f"{self.who}: {self.get_verdict_display()}"

    @property
    def who(self):
        """The name of the checker."""
        return self.name or str(self.person)

    @property
    def is_open(self):
        """An objection that waits for an answer."""
        return self.verdict == Verdict.OBJECTED and self.answered_at is None and self.contradicted_at is None

    @property
    def on_paper(self):
        return self.scan_id is not None
