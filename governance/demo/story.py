"""What happens in the demo, in the order of the days: the worked case, and matters standing at every other step.

The worked case and the notices around it have the dates of 2026; everything that is still under way is dated back from
the day the demo is loaded, so that something is on display, waiting or due on that day.
"""

import datetime
from types import SimpleNamespace

from governance.demo import (
    case,
    consultations,
    duties,
    evaluations,
    everyday,
    house,
    layouts,
    masked,
    notices,
    owners,
    places,
    residents,
    turns,
    under_way,
    variants,
)
from governance.demo.walk import on

FIRST_DAY = datetime.date(2026, 1, 12)


def tell(today, chapters=None):
    """Do everything up to the day `today`; `chapters` is CHAPTERS or a progress bar around it. Returns the Places."""
    world = SimpleNamespace(today=today, places=None)
    for chapter in chapters or CHAPTERS:
        chapter(world)
    return world.places


def people_and_places(world):
    world.places = places.build(on(FIRST_DAY, 9))
    layouts.lay_out(world.places.units["street"], by=world.places.user("马俊杰"), at=on(FIRST_DAY, 9))


def worked_case(world):
    """柳溪社区 in 2026: its first matter lost, the meal point closed, and the boards around them."""
    liuxi = community(world, "liuxi")
    under_way.lost(liuxi)
    house.settle(liuxi, world.today)
    notices.until(liuxi, FIRST_DAY, case.day(3, 31))
    walk = case.register(liuxi)
    case.propose(walk)
    case.confer(walk, liuxi)
    case.review(walk, liuxi)
    case.resolve_in_vain(walk)
    case.resolve(walk, liuxi)
    case.disclose(walk)
    case.object_and_answer(walk)
    case.implement(walk)
    notices.until(liuxi, case.day(3, 31), case.day(6, 11))
    case.disclose_outcome(walk)
    notices.until(liuxi, case.day(6, 11), case.day(7, 31))


def at_every_step(world):
    for tale in (*under_way.TALES, *turns.TALES):
        tale(world, community)
    owners.assembly_under_way(world)
    variants.tell(world, community)


def this_month(world):
    """Boards, announcements and a question of these weeks, so that the pages show life."""
    liuxi, taoyuan = community(world, "liuxi"), community(world, "taoyuan")
    duties.reckon(world.places, liuxi, taoyuan, world.today)
    residents.recent(liuxi, world.today)
    notices.recent(liuxi, taoyuan, world.today)
    masked.recent(liuxi, world.today)
    everyday.recent(liuxi, world.today)
    evaluations.tell(liuxi, world.today)
    consultations.recent(liuxi, world.today)


CHAPTERS = (people_and_places, worked_case, at_every_step, this_month)

# account names of (clerk, secretary, supervisor) by unit
HANDS = {
    "liuxi": ("林晓雯", "周明远", "沈桂兰"),
    "taoyuan": ("钱远", "高玉兰", "任红梅"),
    "shiqiao": ("秦小川", "石国强", "纪长林"),
    "liuxiyuan": ("蔡丽华", "康建平", "沈桂兰"),
}


def community(world, key):
    """One unit as a `Walk` wants it: unit, bodies by kind, persons by name, three accounts."""
    clerk, secretary, supervisor = (world.places.user(name) for name in HANDS[key])
    return SimpleNamespace(
        unit=world.places.units[key],
        bodies={kind: body for (unit, kind), body in world.places.bodies.items() if unit == key},
        persons=world.places.persons,
        clerk=clerk,
        secretary=secretary,
        supervisor=supervisor,
    )
