"""One JSON text for one value: RFC 8785, for what the log needs of it."""

import json

LARGEST = 2**53 - 1  # what every reader of JSON keeps exactly


def encode(value):
    """The canonical bytes of a value of dicts with ASCII keys, lists, strings, integers, booleans and None.

    Raises ValueError for anything else: two readers could disagree about it.
    """
    _check(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _check(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise ValueError(f"The key {key!r} is not an ASCII string.")
            _check(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _check(inner)
    elif isinstance(value, int):
        if abs(value) > LARGEST:
            raise ValueError(f"{value} is too large.")
    elif value is not None and not isinstance(value, str):
        raise ValueError(f"{value!r} has no canonical form.")
