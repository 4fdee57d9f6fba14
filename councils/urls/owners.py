"""The owners' assembly at the desk: rolls of a compound, and the ballots of a meeting."""

from django.urls import path

from councils.views.owners import ballots, count, rolls

BALLOTS = "desk/meetings/<int:pk>/ballots/"

urlpatterns = [
    path("desk/owners/", rolls.owner_units, name="owner_units"),
    path("desk/owners/<int:pk>/", rolls.owners_desk, name="owners_desk"),
    path("desk/owners/<int:pk>/import/", rolls.owner_import, name="owner_import"),
    path("desk/owners/<int:pk>/silent/", rolls.silent_rule, name="silent_rule"),
    path("desk/owner-rolls/<int:pk>/", rolls.owner_roll, name="owner_roll"),
    path("desk/owner-rolls/<int:pk>/discard/", rolls.owner_roll_discard, name="owner_roll_discard"),
    path(BALLOTS, ballots.owners_assembly, name="owners_assembly"),
    path(f"{BALLOTS}make/", ballots.owner_ballots_make, name="owner_ballots_make"),
    path(f"{BALLOTS}print/", ballots.owner_ballots_print, name="owner_ballots_print"),
    path(f"{BALLOTS}delivery/", ballots.owner_delivery, name="owner_delivery"),
    path(f"{BALLOTS}entry/", count.owner_entry, name="owner_entry"),
    path(f"{BALLOTS}close/", count.owner_close, name="owner_close"),
    path(f"{BALLOTS}<int:serial>/", ballots.owner_ballot, name="owner_ballot"),
    path(f"{BALLOTS}<int:serial>/mend/", count.owner_mend, name="owner_mend"),
]
