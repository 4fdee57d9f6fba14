"""Who is named in a notice and in its files and holds no public office: nobody needs them for longer than the display.

In a text names are masked then (`disclosure/archive.py`). A file cannot be masked, so it is looked at once, when its
notice is signed, and the row keeps the answer. The rule: a file goes with the display when it names such a person, and
when no program can read it (a photograph, a scan) and its notice is about persons: by its item (`Item.persons`), or
because its text names some. All other files stay, as budgets and contracts should.
"""

from django.apps import apps as registry
from django.core.exceptions import FieldError
from django.core.files.storage import default_storage

from audit.actions import location
from audit.enums import Audience
from audit.errors import Refused
from disclosure.archive import of_public_office
from disclosure.masking import names_in, names_in_file
from disclosure.models import NoticeAttachment, NoticeVersion
from disclosure.privacy.files import NotReadable, texts

AT_ONCE = 200


def names_people(version, files):
    """{id: whether it goes with the display} of the `files` (NoticeAttachments) of a version.

    At the most one query; the version knows its notice, unit, signer and reviewer.
    """
    said = {row.pk: _said(row.attachment) for row in files}
    names = {pk: names_in_file(text) if text else set() for pk, text in said.items()}
    in_text = names_in(version.text) if files else set()
    known = _known(version, in_text.union(*names.values())) if files else set()
    about_persons = version.notice.row.persons or bool(in_text - known)
    return {pk: bool(names[pk] - known) if text else about_persons for pk, text in said.items()}


def names_residents(version):
    """Whether the text of a version names somebody who holds no public office. One query if it names anybody."""
    names = names_in(version.text)
    return bool(names and names - _known(version, names))


def residents_in(version):
    """Those whom the text of a signed version names and who hold no public office, the longest name first: they are
    found by it as long as the version is on display. One query if it names anybody.
    """
    names = names_in(version.published_text)
    known = _known(version, names) if names else set()
    return sorted(names - known, key=lambda name: (-len(name), name))


def _known(version, names):
    people = {person.name for person in (version.signed_by, version.reviewed_by) if person}
    return people | (of_public_office(names, {version.notice.unit}) if names else set())


def _said(attachment):
    """All that a program reads in a file; "" of one in which it reads nothing."""
    if attachment.media_type.startswith("image/"):
        return ""
    try:
        with default_storage.open(location(attachment.sha256)) as kept:
            ending = ".csv" if attachment.media_type == "text/csv" else ""
            return "\n".join(texts(kept.read(), ending).values()).strip()
    except (NotReadable, Refused, OSError):
        return ""


# What was signed before anybody asked whom it names.
_EARLIER = {
    "NoticeVersion": {"named": None, "signed_at__isnull": False},
    "NoticeAttachment": {
        "names_people": None,
        "attachment__withheld": None,
        "version__signed_at__isnull": False,
        "version__notice__audience": Audience.PUBLIC,
    },
}


def look_at_earlier(sender=None, apps=registry, **kwargs):
    """After each `migrate`: look at the texts and files that were signed before anybody asked whom they name."""
    try:
        models = {name: apps.get_model("disclosure", name) for name in _EARLIER}
        waiting = {name for name, model in models.items() if model.objects.filter(**_EARLIER[name]).exists()}
    except (LookupError, FieldError):  # the database went back to an older state
        return
    people = ("notice__unit", "signed_by", "reviewed_by")
    if "NoticeVersion" in waiting:
        versions = NoticeVersion.objects.filter(**_EARLIER["NoticeVersion"]).select_related(*people)
        for version in versions.iterator(chunk_size=AT_ONCE):
            version.named = residents_in(version)
            version.save(update_fields=["named"])
    if "NoticeAttachment" in waiting:
        rows = NoticeAttachment.objects.filter(**_EARLIER["NoticeAttachment"])
        rows = rows.select_related("attachment", *(f"version__{name}" for name in people))
        for row in rows.iterator(chunk_size=AT_ONCE):
            row.names_people = names_people(row.version, [row])[row.pk]
            row.save(update_fields=["names_people"])
