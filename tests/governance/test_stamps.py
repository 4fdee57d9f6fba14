"""Every verb that changes a public page changes its stamp."""

import functools
import inspect

from django.test import Client
from django.urls import reverse

import councils.actions
import disclosure.actions
import orgs.actions
from disclosure.models import Notice
from governance.demo import story
from orgs.models import OrgUnit
from tests.world import TODAY

# The first call of these comes before the unit has anything to show; a later one is watched.
WATCHED = {"sign_notice": 3, "register_matter": 3, "record_vote": 6, "confirm_meeting": 6}


def verbs():
    """(module, name, function) of every verb of the apps."""
    for module in (orgs.actions, disclosure.actions, councils.actions):
        for name, function in vars(module).items():
            if (
                inspect.isfunction(inspect.unwrap(function))
                and {"by", "at"} <= inspect.signature(function).parameters.keys()
            ):
                yield module, name, function


def unit_of(value):
    """The unit that an argument of a verb belongs to, or None."""
    if isinstance(value, (list, tuple)):
        return next(filter(None, map(unit_of, value)), None)
    if isinstance(value, OrgUnit):
        return value
    for name in ("unit", "notice", "body", "meeting", "matter", "version", "consultation"):
        if (near := getattr(value, name, None)) is not None and not isinstance(near, (int, str)):
            return unit_of(near)
    return None


def pages_of(unit):
    """The addresses of the public pages of a unit, and of its newest matter and notice."""
    code = unit.code
    yield reverse("unit", args=[code])
    yield reverse("announcements", args=[code])
    notice = Notice.objects.public().filter(unit=unit).order_by("pk").last()
    if notice:
        yield reverse("board", args=[code, notice.board])
        yield reverse("notice", args=[code, notice.ref])
    yield reverse("consultations", args=[code])
    if talk := unit.consultations.order_by("pk").last():
        yield reverse("consultation", args=[code, talk.year, talk.serial])
    matter = unit.matters.order_by("pk").last()
    if matter:
        yield reverse("matter_json", args=[code, matter.year, matter.serial])


def test_every_verb_that_changes_a_page_changes_its_stamp(monkeypatch, db, settings, tmp_path):
    """The demo is told again; at the first calls of each verb the pages of its unit are read before and after."""
    settings.MEDIA_ROOT = tmp_path
    settings.PAGE_CACHE_SECONDS = 1
    counts, changed, silent = {}, set(), []

    def read(unit):
        answers = {}
        for url in pages_of(unit):
            response = Client().get(url)
            answers[url] = (response.content, response.headers.get("ETag"))
        return answers

    def watched(name, function):
        @functools.wraps(function)
        def verb(*args, **kwargs):
            unit = next(filter(None, map(unit_of, kwargs.values())), None)
            counts[name] = counts.get(name, 0) + 1
            if unit is None or counts[name] != WATCHED.get(name, 1):
                return function(*args, **kwargs)
            before = read(unit)
            result = function(*args, **kwargs)
            for url, (content, etag) in read(unit).items():
                if url in before and before[url][0] != content:
                    changed.add(name)
                    if before[url][1] == etag:
                        silent.append((name, url))
            return result

        return verb

    for module, name, function in verbs():
        monkeypatch.setattr(module, name, watched(name, function))
    story.tell(TODAY)
    assert silent == []
    assert {"sign_notice", "register_matter", "publish_announcement", "confirm_meeting"} <= changed
