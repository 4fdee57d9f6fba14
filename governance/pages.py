"""Addresses of the pages that show several apps."""

from django.urls import path, register_converter

from governance.views import archive, calendar, data, desk, gallery, home, log, preferences, search, sitemap, unit, wall


class SheetKind:
    """How a list of data is written."""

    regex = "json|csv"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(SheetKind, "data_kind")

urlpatterns = [
    path("", home.home, name="home"),
    path("u/<code>/", unit.unit, name="unit"),
    path("u/<str:code>/data/<slug:name>.<data_kind:kind>", data.unit_data, name="unit_data"),
    path("data/", data.data, name="data"),
    path("data/schema/<slug:name>.json", data.data_schema, name="data_schema"),
    path("u/<code>/wall/", wall.wall, name="wall"),
    path("robots.txt", sitemap.robots, name="robots"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("sitemap-<str:code>.xml", sitemap.sitemap_part, name="sitemap_part"),
    path("u/<code>/calendar.ics", calendar.unit_calendar, name="unit_calendar"),
    path("u/<code>/duties.ics", calendar.unit_duties, name="unit_duties"),
    path("search/", search.search, name="search"),
    path("u/<code>/archive.zip", archive.archive, name="archive"),
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
