"""The words of the organisation: levels, kinds of places, standing of a term, kinds of telephone."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Level(models.IntegerChoices):
    """A layer of the hierarchy; a child's level is always deeper than its parent's, and levels may be skipped."""

    PROVINCE = 1, _("province")
    CITY = 2, _("city")
    DISTRICT = 3, _("district")
    STREET = 4, _("street")
    COMMUNITY = 5, _("community")
    COMPOUND = 6, _("compound")
    BUILDING = 7, _("building")


class UnitKind(models.TextChoices):
    """What a place is. Residents' and villagers' committees follow different laws (URC and VC)."""

    PROVINCE = "province", _("province")
    CITY = "city", _("city")
    DISTRICT = "district", _("district or county")
    STREET = "street", _("subdistrict")
    TOWN = "town", _("town")
    TOWNSHIP = "township", _("township")
    OTHER_STREET = "other_street", _("other area of street level")
    RESIDENTS = "residents", _("residents' community")
    VILLAGE = "village", _("village")
    OTHER_COMMUNITY = "other_community", _("other area of community level")
    COMPOUND = "compound", _("residential compound")
    COURTYARD = "courtyard", _("courtyard")
    GRID = "grid", _("grid")
    BUILDING = "building", _("building")


KINDS_OF_LEVEL = {
    Level.PROVINCE: (UnitKind.PROVINCE,),
    Level.CITY: (UnitKind.CITY,),
    Level.DISTRICT: (UnitKind.DISTRICT,),
    Level.STREET: (UnitKind.STREET, UnitKind.TOWN, UnitKind.TOWNSHIP, UnitKind.OTHER_STREET),
    Level.COMMUNITY: (UnitKind.RESIDENTS, UnitKind.VILLAGE, UnitKind.OTHER_COMMUNITY),
    Level.COMPOUND: (UnitKind.COMPOUND, UnitKind.COURTYARD, UnitKind.GRID),
    Level.BUILDING: (UnitKind.BUILDING,),
}


class Standing(models.TextChoices):
    """How a term counts. Probationary and suspended Party members have no vote (Party election rules, art. 5)."""

    FULL = "full", pgettext_lazy("standing", "full")
    PROBATIONARY = "probationary", pgettext_lazy("standing", "probationary")
    SUSPENDED = "suspended", pgettext_lazy("standing", "suspended")


class PhoneKind(models.TextChoices):
    """What a telephone is for."""

    OFFICE = "office", pgettext_lazy("telephone", "office")
    SUPERVISION = "supervision", pgettext_lazy("telephone", "supervision")
    SERVICE = "service", pgettext_lazy("telephone", "service")


class Reach(models.TextChoices):
    """How far a power goes from the unit where it is held."""

    UNIT = "unit", _("this unit")
    BELOW = "below", _("this unit and below")
