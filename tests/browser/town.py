"""青禾街道 as journeys begin: places and people, whom everyone may be logged in as, and nothing that happened yet."""

from types import SimpleNamespace

from governance.demo import places, story
from orgs.models import User


def build(clock):
    """The places and people of the demo, in January 2026."""
    clock.set(1, 12)
    built = places.build(clock())
    User.objects.update(is_demo=False)
    return built


def community(town, key="liuxi"):
    """One unit of the town with its bodies and people, as `Walk` wants it."""
    return story.community(SimpleNamespace(places=town), key)
