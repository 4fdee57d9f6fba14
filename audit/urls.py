"""Addresses of files, and of the public log for programs."""

from django.urls import path, register_converter

from audit import views
from audit.log import tiles


class TileConverter:
    """`<N>[.p/<W>]` of C2SP tlog-tiles, as (number, width)."""

    regex = r"(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/[0-9]+)?"

    def to_python(self, value):
        if (place := tiles.place(value)) is None:
            raise ValueError
        return place

    def to_url(self, value):
        number, width = value
        return tiles.name(number) + ("" if width == tiles.WIDTH else f".p/{width}")


class LevelConverter:
    """A level from 0 to 63, written without zeros in front."""

    regex = "[0-9]|[1-5][0-9]|6[0-3]"
    to_python, to_url = staticmethod(int), staticmethod(str)


class IndexConverter:
    """The index of a leaf."""

    regex = f"[0-9]{{1,{tiles.MOST_DIGITS}}}"
    to_python, to_url = staticmethod(int), staticmethod(str)


register_converter(TileConverter, "tile")
register_converter(LevelConverter, "level")
register_converter(IndexConverter, "index")

urlpatterns = [
    path("files/<int:pk>/<str:name>", views.attachment, name="attachment"),
    path("log/checkpoint", views.checkpoint, name="log_checkpoint"),
    path("log/keys", views.keys, name="log_keys"),
    path("log/tile/entries/<tile:place>", views.entries, name="log_entries"),
    path("log/tile/<level:level>/<tile:place>", views.tile, name="log_tile"),
    path("log/proof/<index:index>.json", views.proof, name="log_proof"),
]
