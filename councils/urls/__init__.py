"""Addresses of the councils, a module for each group of pages."""

from django.urls import include, path

from councils.urls import meetings, rules

urlpatterns = [
    path("", include((rules.urlpatterns, "councils"))),
    *meetings.urlpatterns,
]
