"""Addresses of the councils, a module for each group of pages."""

from django.urls import include, path

from councils.urls import consultations, house, matters, meetings, owners, papers, rules

urlpatterns = [
    path("", include((rules.urlpatterns, "councils"))),
    *house.urlpatterns,
    *matters.urlpatterns,
    *meetings.urlpatterns,
    *consultations.urlpatterns,
    *papers.urlpatterns,
    *owners.urlpatterns,
]
