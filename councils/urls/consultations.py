"""Consultations: below /u/<code>/consultations/ for everyone, below /desk/consultations/ for staff."""

from django.urls import path

from councils.views import consultations as views

urlpatterns = [
    path("u/<str:code>/consultations/", views.consultations, name="consultations"),
    path("u/<str:code>/consultations.csv", views.consultations_sheet, {"kind": "csv"}, name="consultations_csv"),
    path("u/<str:code>/consultations.xlsx", views.consultations_sheet, {"kind": "xlsx"}, name="consultations_xlsx"),
    path("u/<str:code>/consultations/<int:year>-<int:serial>/", views.consultation, name="consultation"),
    path("desk/consultations/", views.desk_consultations, name="desk_consultations"),
    path("desk/consultations/new/", views.consultation_new, name="consultation_new"),
    path("desk/consultations/<int:pk>/", views.consultation_desk, name="consultation_desk"),
    path("desk/consultations/<int:pk>/record/", views.consultation_record, name="consultation_record"),
    path("desk/consultations/<int:pk>/call-off/", views.consultation_call_off, name="consultation_call_off"),
    path("desk/consultations/<int:pk>/points/<int:position>/", views.point_answer, name="point_answer"),
]
