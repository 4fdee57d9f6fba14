"""The public log, to look at: its leaves and its checkpoints. Everyone may read both."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.models import Checkpoint, Leaf
from orgs.admin.base import ListAdmin, column, titled


@admin.register(Leaf)
class LeafAdmin(ListAdmin):
    list_display = ["place", "what", "numbered", "version_number", "moment", "check_code"]
    list_filter = [("kind", titled(admin.ChoicesFieldListFilter, _("kind")))]
    search_fields = ["=code", "number"]
    ordering = ["-index"]

    place = column("index", _("place in the log"))
    what = column("kind", _("kind"))
    numbered = column("number", pgettext_lazy("notice", "Number"))
    version_number = column("version", pgettext_lazy("notice", "version"))
    moment = column("at", _("time"))
    check_code = column("code", _("Check code"))


@admin.register(Checkpoint)
class CheckpointAdmin(ListAdmin):
    """Of the whole portal: a checkpoint belongs to no unit."""

    list_display = ["leaves", "signed"]
    search_fields = ["=size"]
    ordering = ["-size"]

    leaves = column("size", _("leaves"))
    signed = column("note", _("signed note"))

    def in_scope(self, held):
        return Q() if held else Q(pk__in=[])
