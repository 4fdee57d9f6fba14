"""Who owns property in a compound, as an app above keeps it: that app says here how to ask."""

_asked = []


def register(not_on_roll):
    """`not_on_roll(unit, names)` gives those of `names` that the roll of owners of `unit` lacks; [] without one."""
    _asked.append(not_on_roll)


def strangers(unit, names):
    """Those of `names` that the roll of owners of `unit` lacks, where one is kept."""
    return [name for not_on_roll in _asked for name in not_on_roll(unit, names)]
