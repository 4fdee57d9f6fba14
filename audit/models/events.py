"""What was done, and by whom: internal."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One thing that somebody did. Internal, append-only (triggers refuse UPDATE, DELETE and TRUNCATE).

    It has no foreign keys, so that the log never blocks and never loses anything: names and addresses are copied in.
    `path` is the id path of the unit that it happened at (empty: none). `happened_at` is the moment of the action,
    `recorded_at` the moment of the row.
    """

    actor_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=150, blank=True)
    verb = models.CharField(max_length=60)
    label = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=300, blank=True)
    path = models.CharField(max_length=300, blank=True, db_collation="C")
    data = models.JSONField(default=dict, blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-id"]
        indexes = [models.Index(fields=["path", "-id"], name="event_by_path")]

    def __str__(self):
        return f"{self.verb} {self.label}"
