"""What everyone reads of a notice when its display has ended: derived by the day, never stored; nothing is deleted.

The text stays, and the names of ordinary persons in it are masked (`disclosure/masking.py`). Of a relief list (SAL
art. 45, `noindex` in the catalogue) only a statement stays, as soon as it is off the board. A file cannot be masked:
with the withdrawal of its notice it is closed to the public, while the text stays beside the reason; with the end of
the display if it names people (`disclosure/named.py`). The desk reads the whole.
"""

from django.db.models import Q

from disclosure.enums import Stage
from disclosure.masking import masked, names_in
from orgs.models import Term
from orgs.offices import BODY_KINDS

# An official text, so not translated (ADR 0004).
STATEMENT = "公布期限已届满，名单不再展示。原公布内容由公布单位存档，依法可以查阅。"
_PUBLIC_OFFICES = {(kind.key, office.key) for kind in BODY_KINDS.values() for office in kind.offices if office.public}


def is_archived(version, on):
    """Whether the public reads the archived text of a signed version on the day `on`.

    A version that was corrected goes with the one that replaced it, so that both can be compared as long.
    """
    last = version.notice.current if version.is_superseded else version
    return on > last.displayed_until or is_withheld(version, on)


def is_withheld(version, on):
    """Whether only the statement is left of it: a relief list that is not on display."""
    return bool(version.notice.row.noindex) and version.stage(on) != Stage.ON_DISPLAY


def closes_files(version, on):
    """Whether the files of a signed version are not for everyone any more: its notice was withdrawn, or it is a relief
    list that is off the board. The versions that a withdrawn one corrected go with it.
    """
    newest = next(iter(version.notice.published_versions(on)), version)
    return is_withheld(version, on) or Stage.WITHDRAWN in (version.stage(on), newest.stage(on))


def closed_files(version, files, on):
    """Those of the `files` (NoticeAttachments) of a signed version that are not for everyone any more."""
    if closes_files(version, on):
        return list(files)
    return [row for row in files if row.names_people is not False] if is_archived(version, on) else []


def public_texts(versions, on):
    """{id: the text that everyone reads on the day `on`} of signed versions.

    One query when names are to be masked; the versions know their notice, its unit and who signed and reviewed them.
    """
    texts = {version.pk: STATEMENT if is_withheld(version, on) else version.published_text for version in versions}
    ended = [version for version in versions if is_archived(version, on) and not is_withheld(version, on)]
    names = {name for version in ended for name in names_in(texts[version.pk])}
    if names:
        known = of_public_office(names, {version.notice.unit for version in ended})
        for version in ended:
            people = (version.signed_by, version.reviewed_by)
            texts[version.pk] = masked(texts[version.pk], known | {person.name for person in people if person})
    return texts


def public_text(version, on):
    """The text of one signed version that everyone reads on the day `on`."""
    return public_texts([version], on)[version.pk]


def of_public_office(names, units):
    """Those of `names` that somebody bears or bore in a public office at, below or above `units`.

    Officers and representatives stay named; who only shares the name of one elsewhere does not.
    """
    here = Q()
    for unit in units:
        here |= Q(body__unit__path__gte=unit.path, body__unit__path__lt=unit.path[:-1] + "0")
        here |= Q(body__unit__in=unit.ancestor_ids)
    rows = Term.objects.filter(here, person__name__in=names).values_list("body__kind", "office", "person__name")
    return {name for kind, office, name in rows if (kind, office) in _PUBLIC_OFFICES}
