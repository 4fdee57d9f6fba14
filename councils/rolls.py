"""What disclosure asks of the roll of owners."""

import operator
from functools import reduce

from django.db.models import Q

from councils.models import OwnerHead, OwnerRoll


def not_on_roll(unit, names):
    """Those of `names` that the newest roll of owners of `unit` lacks; none without a roll. Two queries."""
    roll = OwnerRoll.objects.filter(unit=unit).order_by("-number").first()
    if roll is None or not names:
        return []
    near = reduce(operator.or_, (Q(names__contains=name) for name in names))
    owners = {name for head in OwnerHead.objects.filter(near, roll=roll) for name in head.names.split("、")}
    return [name for name in names if name not in owners]
