"""What a community settled for itself: /u/<code>/rules/ and /desk/rules/."""

from django.urls import path

from councils.views import house

urlpatterns = [
    path("u/<str:code>/rules/", house.unit_rules, name="unit_rules"),
    path("desk/rules/", house.desk_rules, name="desk_rules"),
    path("desk/rules/<str:code>/authorise/", house.authorisation_new, name="authorisation_new"),
    path("desk/rules/<str:code>/tighten/", house.local_rule_new, name="local_rule_new"),
    path("desk/local-rules/<int:pk>/end/", house.local_rule_end, name="local_rule_end"),
    path("desk/authorisations/<int:pk>/end/", house.authorisation_end, name="authorisation_end"),
]
