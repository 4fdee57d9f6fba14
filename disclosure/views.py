"""Pages of disclosure."""

from django.http import HttpResponse


def _soon(request, **kwargs):
    return HttpResponse(status=501)


def __getattr__(name):
    if name.startswith("_"):
        raise AttributeError(name)
    return _soon
