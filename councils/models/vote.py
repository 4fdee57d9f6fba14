"""Votes and what they decided."""

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from audit.enums import LeafKind
from audit.models import Leaf
from councils.enums import Choice, Method, TellerRole
from councils.models.matter import AgendaItem, Matter
from councils.models.meeting import RollEntry
from councils.voting import Outcome, explain_json
from orgs.models import User

OUTCOME_CHOICES = [(Outcome.CARRIED.value, _("carried")), (Outcome.NOT_CARRIED.value, _("not carried"))]


class VoteQuerySet(models.QuerySet):
    """Votes ..."""

    def standing(self):
        """Not superseded by a corrected count."""
        return self.filter(superseded_by=None)


class Vote(models.Model):
    """The counts of one vote and the result computed from them. Never updated or deleted (trigger).

    A wrong count is corrected by another vote that `supersedes` it, entered by another person with a reason. Secret
    votes have a count sheet (`issued`, `returned`, `valid`). `result` is the snapshot of the rule and its checks, so
    that no later change of the rules judges the vote again. Areas in 0.01 m², owners only. `recused` of those
    present took no part in this vote, because the matter was their own or a close relative's. `dissent` is for
    everyone where the step is public, without names; `dissenters` says who it was, for the minutes alone.
    """

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="votes")
    method = models.CharField(_("method"), max_length=10, choices=Method)
    entitled = models.PositiveIntegerField(_("entitled"))
    present = models.PositiveIntegerField(_("present"))
    in_favour = models.PositiveIntegerField(_("for"))
    against = models.PositiveIntegerField(_("against"))
    abstain = models.PositiveIntegerField(_("abstain"))
    invalid = models.PositiveIntegerField(_("invalid"), default=0)
    issued = models.PositiveIntegerField(_("ballots issued"), null=True, blank=True)
    returned = models.PositiveIntegerField(_("ballots returned"), null=True, blank=True)
    valid = models.PositiveIntegerField(_("valid ballots"), null=True, blank=True)
    area_entitled = models.BigIntegerField(null=True, blank=True)
    area_participating = models.BigIntegerField(null=True, blank=True)
    area_for = models.BigIntegerField(_("area in favour (0.01 m²)"), null=True, blank=True)
    tellers = models.JSONField(_("tellers"), default=list, blank=True)
    note = models.CharField(_("remark on the count"), max_length=200, blank=True)
    recused = models.PositiveIntegerField(_("recused"), default=0)
    recusal_note = models.CharField(_("who was recused and why"), max_length=200, blank=True)
    dissent = models.TextField(_("dissenting opinions"), max_length=500, blank=True)
    dissenters = models.CharField(_("who dissented"), max_length=200, blank=True)

    rule_key = models.CharField(max_length=40)
    rule_version = models.CharField(max_length=20)
    mode = models.CharField(max_length=40, blank=True)
    result = models.JSONField()
    outcome = models.CharField(_("outcome"), max_length=20, choices=OUTCOME_CHOICES)

    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    correction_reason = models.CharField(_("reason of the correction"), max_length=300, blank=True)

    objects = VoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["item"], condition=Q(supersedes=None), name="vote_one_per_item"),
            models.CheckConstraint(condition=Q(method__in=Method.values), name="vote_method_is_known"),
            models.CheckConstraint(
                condition=Q(outcome__in=[Outcome.CARRIED.value, Outcome.NOT_CARRIED.value]),
                name="vote_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=Q(entitled__gt=0, present__lte=F("entitled")), name="vote_present_within_entitled"
            ),
            models.CheckConstraint(
                condition=Q(present__gte=F("in_favour") + F("against") + F("abstain") + F("invalid") + F("recused")),
                name="vote_counts_within_present",
            ),
            models.CheckConstraint(
                condition=(~Q(method=Method.SECRET) & Q(issued=None, returned=None, valid=None))
                | Q(
                    method=Method.SECRET,
                    issued__isnull=False,
                    returned__isnull=False,
                    valid__isnull=False,
                    issued__lte=F("present"),
                    returned__lte=F("issued"),
                    returned=F("valid") + F("invalid"),
                    valid=F("in_favour") + F("against") + F("abstain"),
                ),
                name="vote_ballots_add_up",
            ),
            models.CheckConstraint(
                condition=Q(area_entitled=None, area_participating=None, area_for=None)
                | Q(
                    area_entitled__isnull=False,
                    area_participating__isnull=False,
                    area_for__isnull=False,
                    area_for__gte=0,
                    area_for__lte=F("area_participating"),
                    area_participating__lte=F("area_entitled"),
                ),
                name="vote_areas_within_whole",
            ),
            models.CheckConstraint(
                condition=Q(recused=0, recusal_note="") | Q(recused__gt=0) & ~Q(recusal_note=""),
                name="vote_recusal_has_reason",
            ),
            models.CheckConstraint(condition=Q(dissenters="") | ~Q(dissent=""), name="vote_dissent_is_written"),
            models.CheckConstraint(
                condition=Q(supersedes=None, correction_reason="")
                | (Q(supersedes__isnull=False) & ~Q(correction_reason="")),
                name="vote_correction_has_reason",
            ),
        ]

    def __str__(self):
        return f"{self.item}: {self.in_favour}/{self.against}/{self.abstain}"

    @property
    def is_carried(self):
        return self.outcome == Outcome.CARRIED

    @property
    def explanation(self):
        """Why it was carried or not: the sentences of its stored result in the active language."""
        return explain_json(self.result)

    @property
    def named_tellers(self):
        """[(what they did at the count, name)]."""
        return [(TellerRole(teller["role"]).label, teller["name"]) for teller in self.tellers]


class NamedBallot(models.Model):
    """What one person on the roll chose in a named vote. The counts are the sum of these."""

    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, related_name="ballots")
    entry = models.ForeignKey(RollEntry, on_delete=models.PROTECT, related_name="ballots")
    choice = models.CharField(max_length=10, choices=Choice)

    class Meta:
        verbose_name = _("named ballot")
        verbose_name_plural = _("named ballots")
        ordering = ["vote", "entry"]
        constraints = [
            models.UniqueConstraint(fields=["vote", "entry"], name="named_ballot_once"),
            models.CheckConstraint(condition=Q(choice__in=Choice.values), name="named_ballot_choice_is_known"),
        ]

    def __str__(self):
        return f"{self.entry}: {self.choice}"


class ResolutionQuerySet(models.QuerySet):
    """Resolutions ..."""

    def with_leaf(self):
        """Each knows the `leaf_index` under which the public log keeps it; None without."""
        subject = Concat(
            Value("resolution/"), Cast(OuterRef("pk"), models.TextField()), output_field=models.TextField()
        )
        leaf = Leaf.objects.filter(subject=subject, kind=LeafKind.RESOLUTION)
        return self.annotate(leaf_index=Subquery(leaf.values("index")))


class Resolution(models.Model):
    """What was decided at the deciding step, word for word. Never updated or deleted (trigger).

    Number and title of the matter, unit and body are as they were called then: the public log keeps these.
    """

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="resolutions")
    vote = models.OneToOneField(Vote, on_delete=models.PROTECT, related_name="resolution")
    text = models.TextField()
    adopted_on = models.DateField()
    number = models.CharField(max_length=80)
    title = models.CharField(max_length=120)
    unit_code = models.CharField(max_length=24)
    unit_name = models.CharField(max_length=100)
    body_name = models.CharField(max_length=100)

    objects = ResolutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")
        ordering = ["adopted_on", "id"]

    def __str__(self):
        return self.text
