"""Codes that one person holds and of which only keyed digests are kept: slips of evaluations, receipts (docs/adr/0015).

Ten letters and figures that can be read over the telephone: 45 random bits and a check character.
"""

import json
import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

from audit.log import codes


def new_code():
    """A code that nobody can guess."""
    return codes.code(secrets.token_bytes(6))


def code_for(token, *parts):
    """The code that belongs to a form with the random `token` and to what was written in it (`parts`).

    A form sent twice so has one code, which nobody keeps and nobody without the token can find.
    """
    text = json.dumps([token, *map(str, parts)])
    return codes.code(salted_hmac("disclosure.code", text, algorithm="sha256").digest())


def digests_of(code, purpose):
    """The digests under which `code` may be kept for `purpose`: by the key of today and those of before."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(f"disclosure.{purpose}", code, secret=key, algorithm="sha256").hexdigest() for key in keys]
