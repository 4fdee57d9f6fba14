"""Static files straight from the sources: no collected folder is needed to draw a page."""

import pytest


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    settings.STATIC_ROOT = settings.BASE_DIR / "static"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
