"""Addresses of the councils, a module for each group of pages."""

from councils.urls import rules

app_name = "councils"
urlpatterns = [*rules.urlpatterns]
