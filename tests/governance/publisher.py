"""A process that publishes one notice after the other through the portal's own actions; its life is short.

    python -m tests.governance.publisher

Prints `published` and the number of each notice once its signature is committed. When the database is gone it waits and
tries the next.
"""

import os
import time
import uuid

import django
from django.db import connection
from django.utils import timezone

os.environ["DJANGO_SETTINGS_MODULE"] = "governance.settings"
TITLE = "断电时公布的公告"
MOST = 120  # notices
PUBLISHED = "published"


def publish(people, issuer):
    """Draft, review and sign a notice by three persons; returns its number."""
    from disclosure import actions

    clerk, supervisor, secretary = people
    # In letters: digits may look like somebody's card or telephone, which no title may have.
    unique = "".join(chr(ord("a") + int(digit, 16)) for digit in uuid.uuid4().hex)
    words = {"title": TITLE + unique, "text": "一、照常办理。"}
    at = timezone.now()
    version = actions.draft_notice(
        unit=issuer.unit, board="residential", item="R03", issuer=issuer, by=clerk, at=at, **words
    )
    actions.submit_draft(version=version, by=clerk, at=at)
    if version.review_required:
        actions.review_notice(version=version, by=supervisor, at=at)
    return actions.sign_notice(version=version, by=secretary, at=at).notice.number


def main():
    django.setup()
    from orgs.models import Body, User

    people = issuer = None
    done = 0
    while done < MOST:
        try:
            if people is None:
                names = ("linxiaowen", "shenguilan", "zhoumingyuan")
                people = [User.objects.select_related("person").get(username=name) for name in names]
                unit = people[0].person.terms.filter(body__kind="community_staff").get().body.unit
                issuer = Body.objects.get(unit=unit, kind="residents_committee")
            print(PUBLISHED, publish(people, issuer), flush=True)
            done += 1
            time.sleep(0.05)  # others need the machine too
        except Exception as error:  # no answer, or half of one: nothing was acknowledged
            print(repr(error), flush=True)
            connection.close()
            time.sleep(0.2)


if __name__ == "__main__":
    main()
