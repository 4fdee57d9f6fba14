"""Addresses of the pages that show several apps."""

from django.urls import path

from governance.views import desk, gallery, home, log, preferences, search, unit

urlpatterns = [
    path("", home.home, name="home"),
    path("u/<code>/", unit.unit, name="unit"),
    path("search/", search.search, name="search"),
    path("check/", log.check, name="check"),
    path("check/<code>/", log.check_record, name="check_record"),
    path("check/<code>/qr.svg", log.check_qr, name="check_qr"),
    path("log/", log.log, name="log"),
    path("desk/", desk.desk, name="desk"),
    path("desk/below/", desk.below, name="desk_below"),
    path("desk/search/", search.desk_search, name="desk_search"),
    path("ui/", gallery.gallery, name="gallery"),
    path("look/", preferences.set_look, name="set_look"),
    path("language/", preferences.set_language, name="set_language"),
]
