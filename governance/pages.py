"""Addresses of the pages that show several apps."""

from django.urls import path

from governance.views import desk, gallery, home, preferences, search, unit

urlpatterns = [
    path("", home.home, name="home"),
    path("u/<code>/", unit.unit, name="unit"),
    path("search/", search.search, name="search"),
    path("desk/", desk.desk, name="desk"),
    path("desk/below/", desk.below, name="desk_below"),
    path("desk/search/", search.desk_search, name="desk_search"),
    path("ui/", gallery.gallery, name="gallery"),
    path("look/", preferences.set_look, name="set_look"),
    path("language/", preferences.set_language, name="set_language"),
]
