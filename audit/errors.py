"""Why an action was not done."""


class Refused(Exception):
    """The action is lawful to ask for, but not now or not so. `str()` is the reason, in words a member can act on."""

    made = None


class Stale(Refused):
    """Somebody else changed the record first; or the same form was sent twice."""


class Repeated(Stale):
    """The same form was sent twice; `made` is the record that stands since the first time."""

    def __init__(self, reason, made):
        super().__init__(reason)
        self.made = made


class Mistaken(Refused):
    """Numbers or fields that cannot be true; `errors` has a sentence per field of the form."""

    def __init__(self, errors):
        super().__init__(" ".join(str(text) for text in errors.values()))
        self.errors = errors


class LogBroken(Refused):
    """The public log is not the one whose last checkpoint was signed: nothing is published before somebody looked."""
