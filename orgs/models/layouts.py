"""How a street wants the columns of its exports."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.models.units import OrgUnit


class ExportLayoutQuerySet(models.QuerySet):
    """Layouts ..."""

    def nearest(self, sheet, paths):
        """[(column, own heading)] for the list `sheet` of units with these id paths; [] for the default.

        It is that of the street in which all of them lie. Two queries at most; one when there is none.
        """
        above = [path.strip("/").split("/") for path in paths]
        shared = [ids[0] for ids in zip(*above, strict=False) if len(set(ids)) == 1]
        if not shared:
            return []
        layout = self.filter(sheet=sheet, unit__in=shared).first()
        return list(layout.columns.values_list("key", "heading")) if layout else []


class ExportLayout(models.Model):
    """The columns that a street wants in the exports of one list, for itself and every unit below it.

    `sheet` is the key of an `orgs.exports.Export`. A trigger keeps `unit` to streets.
    """

    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="export_layouts", verbose_name=_("street or town")
    )
    sheet = models.CharField(_("list"), max_length=40)

    objects = ExportLayoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("export layout")
        verbose_name_plural = _("export layouts")
        ordering = ["unit", "sheet"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "sheet"],
                name="export_layout_once",
                violation_error_message=_("This street has a layout for this list already."),
            ),
            models.CheckConstraint(condition=~Q(sheet=""), name="export_layout_has_list"),
        ]

    def __str__(self):
        return str(self.unit)


class LayoutColumn(models.Model):
    """One column of a layout: a field of the list, under the street's own heading or, when empty, the usual one."""

    layout = models.ForeignKey(ExportLayout, on_delete=models.CASCADE, related_name="columns")
    key = models.CharField(_("column"), max_length=40)
    heading = models.CharField(_("own heading"), max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("column")
        verbose_name_plural = _("columns")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["layout", "key"],
                name="layout_column_once",
                violation_error_message=_("This column is there already."),
            ),
            models.CheckConstraint(condition=~Q(key=""), name="layout_column_has_key"),
        ]

    def __str__(self):
        return self.heading or str(self.position)
