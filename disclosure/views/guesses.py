"""Wrong codes that came from one address today: who guesses is slowed down."""

from django.core.cache import cache
from django.utils.crypto import salted_hmac

from audit.addresses import client_address

PER_DAY = 20  # wrong codes from one address: a whole building may share it


def _key(request):
    """It holds no address."""
    sender = salted_hmac("disclosure.guess", client_address(request)).hexdigest()[:24]
    return f"guessed:{request.today}:{sender}"


def too_many(request):
    """Whether no more codes are read from this address today."""
    return cache.get(_key(request), 0) >= PER_DAY


def note(request):
    """Count a wrong code."""
    key = _key(request)
    cache.add(key, 0, 24 * 60 * 60)
    cache.incr(key)
