"""Where a request comes from."""

from django.conf import settings


def client_address(request):
    """The network address of the sender, as text.

    Behind the portal's own proxy (PORTAL_TLS) it is the last one that the proxy wrote down: a sender cannot forge it.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_TLS:
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    return address
