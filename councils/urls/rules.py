"""The rules of procedure: /rules/."""

from django.urls import path

from councils.views import procedures
from councils.views import rules as views

urlpatterns = [
    path("rules/", views.rules, name="rules"),
    path("rules/procedures/<slug:key>/", procedures.procedure, name="procedure"),
    path("rules/procedures/<str:code>/<slug:key>/<int:version>/", procedures.local_procedure, name="local_procedure"),
    path("rules/<str:key>/", views.rule, name="rule"),
]
