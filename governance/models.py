"""The index that the search reads. Triggers keep it (governance/migrations/0001_search.py); nothing else writes it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.enums import Audience
from governance.search.text import are_initials, marked, pieces
from orgs.models import OrgUnit
from orgs.permissions import scope
from orgs.powers import Power


class Kind(models.TextChoices):
    """What is found."""

    MATTER = "matter", pgettext_lazy("found", "Matter")
    NOTICE = "notice", pgettext_lazy("found", "Notice")
    ANNOUNCEMENT = "announcement", pgettext_lazy("found", "Announcement")
    MEETING = "meeting", pgettext_lazy("found", "Meeting")
    PERSON = "person", pgettext_lazy("found", "Person in office")


# Of these there is one entry of what everybody may read and another of all that is recorded.
TWOFOLD = (Kind.MATTER, Kind.MEETING)


class Pieces(Func):
    """The two-character pieces of text and initials, as they are indexed."""

    function = "governance_pieces"
    output_field = ArrayField(models.TextField())
    arity = 2


class Position(Func):
    """Where a word begins in a text, 0 when it is not there. Unlike LIKE it has no wildcards to escape."""

    function = "strpos"
    output_field = models.IntegerField()
    arity = 2


class SearchEntryQuerySet(models.QuerySet):
    """Entries ..."""

    def on(self, day):
        """Of what is there on `day`: published, called, in office."""
        return self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)

    def public(self):
        """For everyone."""
        return self.filter(audience=Audience.PUBLIC)

    def visible_to(self, user, on):
        """What `user` may read at the desk on `on`: in the units where they see records, Party papers by that power."""
        internal = scope(user, Power.SEE_INTERNAL, on=on).q()
        party = scope(user, Power.SEE_PARTY_INTERNAL, on=on).q()
        seen = Q(audience=Audience.UNIT) & internal
        seen |= Q(audience=Audience.PARTY) & party
        seen |= Q(audience=Audience.PUBLIC) & ~Q(kind__in=TWOFOLD) & (internal | party)
        return self.filter(seen)

    def within(self, unit):
        """Of `unit` and every unit below it: one range of the path index."""
        return self.filter(path__gte=unit.path, path__lt=unit.path[:-1] + "0")

    def containing(self, words):
        """Whose text holds each of the normalised `words`, or whose heading has them as pinyin initials.

        The index of two-character pieces finds the rows, the position in the text is the exact check. A word of one
        character is looked for in the text alone.
        """
        rows = self.alias(pieces=Pieces("text", "initials"))
        for number, word in enumerate(words):
            # Apart from each other: the planner leaves out a condition that the index has met, but no part of one.
            indexed, place = Q(pieces__contains=pieces(word)), {f"at{number}": Position("text", models.Value(word))}
            found = Q(**{f"at{number}__gt": 0})
            if are_initials(word):
                indexed |= Q(pieces__contains=marked(word))
                place[f"as{number}"] = Position("initials", models.Value(word))
                found |= Q(**{f"as{number}__gt": 0})
            rows = rows.alias(**place).filter(found)
            rows = rows.filter(indexed) if len(word) > 1 else rows
        return rows

    def newest(self):
        """The latest first."""
        return self.order_by("-day", "-record_id")


class SearchEntry(models.Model):
    """One record as it is found: whose it is, who may find it, when, and its normalised text.

    `record_id` is the row whose page is opened, `part_id` the row that the text comes from: a version of a notice, a
    term of a person. `day` orders the results; it counts from `since` until the day before `until`. `board` and `item`
    are those of a notice. `text` is the heading (its first `heading` characters), a space, the rest; `initials` are
    those of the heading, one for each of its characters. A notice that names residents has an entry for everyone while
    it is on display and another, with the names masked, from then on.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    record_id = models.BigIntegerField()
    part_id = models.BigIntegerField()
    audience = models.CharField(max_length=10, choices=Audience)
    unit = models.ForeignKey(OrgUnit, on_delete=models.CASCADE, related_name="+", verbose_name=_("unit"))
    path = models.CharField(max_length=300, db_collation="C")
    day = models.DateField()
    since = models.DateField()
    until = models.DateField(null=True)
    board = models.CharField(max_length=20, blank=True)
    item = models.CharField(max_length=10, blank=True)
    heading = models.PositiveIntegerField()
    text = models.TextField()
    initials = models.TextField()

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the search")
        verbose_name_plural = _("entries of the search")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "record_id", "part_id", "audience", "since"], name="search_entry_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="search_entry_kind_is_known"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="search_entry_audience_is_known"),
        ]
        indexes = [
            GinIndex(Pieces("text", "initials"), name="search_by_pieces", fastupdate=False),
            models.Index(
                F("day").desc(), F("record_id").desc(), condition=Q(audience=Audience.PUBLIC), name="search_newest"
            ),
            models.Index(
                F("kind"),
                F("day").desc(),
                F("record_id").desc(),
                condition=Q(audience=Audience.PUBLIC),
                name="search_newest_of_kind",
            ),
            models.Index(
                F("board"),
                F("day").desc(),
                F("record_id").desc(),
                condition=Q(audience=Audience.PUBLIC) & ~Q(board=""),
                name="search_newest_of_board",
            ),
            models.Index(
                F("item"),
                F("day").desc(),
                F("record_id").desc(),
                condition=Q(audience=Audience.PUBLIC) & ~Q(item=""),
                name="search_newest_of_item",
            ),
            models.Index(F("path"), F("day").desc(), name="search_by_place"),
        ]

    def __str__(self):
        return f"{self.kind} {self.record_id}"
