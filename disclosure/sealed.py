"""What is known again and never kept, as keyed digests of it: codes that one person holds, words that a masking hid.

Codes (slips of evaluations, receipts; docs/adr/0015) are ten letters and figures that can be read over the telephone:
45 random bits and a check character. Words have few bits: their digests are only as secret as the key.
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


_LONGEST, _KEPT = 30, 16  # characters of a word, and of its digest


def sealed_words(words):
    """`words` so that `repeats` knows them again: ["2:…", "3:…"] by length; longer ones are left out."""
    plain = {"".join(word.split()) for word in words}
    return sorted(_sealed(word)[0] for word in plain if 1 < len(word) <= _LONGEST)


def repeats(text, sealed):
    """Whether a short `text` holds one of the `sealed_words`, also with spaces in it."""
    text, sealed = "".join(text.split()), set(sealed)
    lengths = {int(word.partition(":")[0]) for word in sealed}
    pieces = {text[at : at + length] for length in lengths for at in range(len(text) - length + 1)}
    return any(not sealed.isdisjoint(_sealed(piece)) for piece in pieces)


def _sealed(word):
    return [f"{len(word)}:{digest[:_KEPT]}" for digest in digests_of(word, "hidden")]
