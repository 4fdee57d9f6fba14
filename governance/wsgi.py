"""The WSGI entry point that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from governance.bodies import without_needless_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")


application = without_needless_bodies(get_wsgi_application())
get_resolver().url_patterns  # noqa: B018  imports every view before the workers part: they share them, nobody waits
