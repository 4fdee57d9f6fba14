"""The WSGI entry point that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from governance.bodies import without_needless_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")


application = without_needless_bodies(get_wsgi_application())
