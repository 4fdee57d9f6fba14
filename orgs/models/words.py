"""What the columns of a model are called in the history of the administration."""

from django.core.exceptions import FieldDoesNotExist
from django.utils import translation


def labels(model, names):
    """The source strings of the columns `names` of `model`, which the history translates as it is read."""
    found = []
    with translation.override(None):
        for name in names:
            try:
                found.append(str(model._meta.get_field(name).verbose_name))
            except FieldDoesNotExist:
                found.append(name)
    return found
