"""Matters: the public pages below /u/<code>/matters/, and /desk/matters/ for staff."""

from django.urls import path

from councils.views import bulk, implementation, matters, public, registering, turns

urlpatterns = [
    path("u/<str:code>/matters/", public.matters, name="matters"),
    path("u/<str:code>/matters.csv", public.matters_sheet, {"kind": "csv"}, name="matters_csv"),
    path("u/<str:code>/matters.xlsx", public.matters_sheet, {"kind": "xlsx"}, name="matters_xlsx"),
    path("u/<str:code>/matters/<int:year>-<int:serial>/", public.matter, name="matter"),
    path("u/<str:code>/matters/<int:year>-<int:serial>.json", public.matter_json, name="matter_json"),
    path("desk/matters/", matters.desk_matters, name="desk_matters"),
    path("desk/matters/new/", registering.matter_new, name="matter_new"),
    path("desk/matters/from-sheet/", bulk.matters_from_sheet, name="matters_from_sheet"),
    path("desk/matters/<int:pk>/", matters.matter_desk, name="matter_desk"),
    path("desk/matters/<int:pk>/edit/", registering.matter_edit, name="matter_edit"),
    path("desk/matters/<int:pk>/counts/<int:meeting_pk>/", matters.open_counts, name="open_counts"),
    path("desk/matters/<int:pk>/turns/<slug:kind>/", turns.matter_turn, name="matter_turn"),
    path("desk/matters/<int:pk>/findings/new/", turns.finding_new, name="finding_new"),
    path("desk/findings/<int:pk>/", turns.finding, name="finding"),
    path("desk/findings/<int:pk>/answer/", turns.finding_answer, name="finding_answer"),
    path("desk/findings/<int:pk>/note/", turns.finding_note, name="finding_note"),
    path("desk/matters/<int:pk>/implementation/", implementation.implementation, name="implementation"),
    path("desk/matters/<int:pk>/implementation/start/", implementation.start, name="implementation_start"),
    path("desk/matters/<int:pk>/notices/<str:purpose>/", implementation.draft, name="matter_notice"),
]
