"""The rules of procedure: /rules/."""

from django.urls import path

from councils.views import rules as views

urlpatterns = [
    path("rules/", views.rules, name="rules"),
    path("rules/<str:key>/", views.rule, name="rule"),
]
