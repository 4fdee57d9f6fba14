"""What the privacy guard finds in a draft: in its title, its text and its files, each place with its masked form."""

import hashlib
import re
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from audit.actions import location
from audit.documents import DOCX, XLSX, Kind, parts
from audit.errors import Refused
from disclosure import masking, privacy, reading, relief
from disclosure.models import FileScan, NoticeAttachment
from disclosure.privacy.files import NotReadable, find_in_file
from orgs.models import Phone

# Where in a file something stands, in words; the guard itself gives names of parts, which programs read.
_PARTS = (
    ("file name", _("name of the file")),
    (Kind.HIDDEN, _("hidden text")),
    (Kind.DELETED, _("deleted passages")),
    (Kind.CHANGED, _("passages with hidden or tracked changes")),
    (Kind.BOX, _("text boxes")),
    (Kind.DESCRIPTION, _("descriptions of pictures")),
    (Kind.COMMENT, _("comments")),
    (Kind.MARGIN, _("page header or footer of a sheet")),
    ("header", _("page header")),
    ("footer", _("page footer")),
    (Kind.NOTE, _("notes")),
    ("form fields", _("form fields")),
    (Kind.PROPERTY, _("properties of the file")),
    ("metadata", _("properties of the file")),
    ("links", _("links")),
    (Kind.STORED, _("stored cells that no sheet shows")),
    ("word/document.xml", _("text of the file")),
    ("text", _("text of the file")),
)
# What a file may hold that its reader does not see (`reading.hidden_in`).
HIDDEN = {
    Kind.COMMENT: _("The file holds comments"),
    Kind.COLUMN: _("The file holds hidden columns"),
    Kind.DELETED: _("The file holds tracked changes"),
    Kind.HIDDEN: _("The file holds hidden text"),
    Kind.ROW: _("The file holds hidden rows"),
    Kind.SHEET: _("The file holds hidden sheets"),
}
_PAGE = re.compile(r"^page (\d+)$")
_SHEET = re.compile(r"(?:^|: )sheet (.+?)( \(hidden\))?$", re.DOTALL)
_ENDINGS = {"text/csv": ".csv"}  # what only its name tells apart; all else tells itself by its content
_CONTEXT = 18  # characters shown before and after a place
PROBLEM_LENGTH = 200
# The files of versions, for `prefetch_related`: read once for the guard and for the page.
FILES = Prefetch("attachments", NoticeAttachment.objects.select_related("attachment").order_by("pk"))


@dataclass(frozen=True)
class Place:
    """Something the guard found. `where`: title, text or file; `name` of the file and `part` in it; `line` of a text.

    `before`, `text` and `after` are what stands there (in files: the masked excerpt alone), `masked` what may stand
    there instead, `code` names the place in forms.
    """

    where: str
    sort: privacy.Sort
    key: str
    text: str
    code: str = ""
    line: int = 0
    before: str = ""
    after: str = ""
    masked: str = ""
    name: str = ""
    part: str = ""

    @property
    def part_in_words(self):
        """Where in a file it stands, for people."""
        if sheet := _SHEET.search(self.part):
            words = _("hidden sheet “%(name)s”") if sheet[2] else _("sheet “%(name)s”")
            return words % {"name": sheet[1]}
        if page := _PAGE.search(self.part):
            return _("page %(number)s") % {"number": page[1]}
        return next((words for part, words in _PARTS if part in self.part), self.part)

    @property
    def never(self):
        """Nobody can let it through."""
        return self.sort in privacy.NEVER


@dataclass(frozen=True)
class Guarded:
    """`places` where personal data may stand, and `unread`: (file name, why) of what people must look at themselves."""

    places: tuple[Place, ...]
    unread: tuple[tuple[str, str], ...]

    @property
    def never(self):
        """The places that nobody can let through."""
        return [place for place in self.places if place.never]

    @property
    def hard(self):
        """The places that are certain enough to ask for a look of their own."""
        return [place for place in self.places if place.sort in privacy.HARD]

    @property
    def maskable(self):
        """The places that the drafter can mask here; a file is changed outside and uploaded again."""
        return [place for place in self.places if place.where != "file"]

    @property
    def digest(self):
        """The same for the same things, wherever they stand."""
        return hashlib.sha256("\n".join(sorted(place.key for place in self.places)).encode()).hexdigest()


def office_numbers(unit):
    """The registered telephones of `unit` and of those above it, which are no personal data. One query."""
    rows = Phone.objects.filter(unit_id__in=[*unit.ancestor_ids, unit.pk])
    return list(rows.values_list("number", flat=True))


def look_at(version):
    """The `Guarded` of an open version. Two queries, and a look at files that nobody has looked at yet."""
    return look_at_all([version])[version.pk]


def look_at_all(versions):
    """{id: Guarded} of open versions, in as many queries as for one."""
    around = {version.pk: {*version.notice.unit.ancestor_ids, version.notice.unit_id} for version in versions}
    phones = list(Phone.objects.filter(unit_id__in=set().union(*around.values())).values_list("unit_id", "number"))
    prefetch_related_objects(versions, FILES)
    files = {version.pk: version.attachments.all() for version in versions}
    scans = _scans([row.attachment for rows in files.values() for row in rows])
    return {
        version.pk: _guarded(
            version,
            [number for unit, number in phones if unit in around[version.pk]],
            [(row.label, scans[row.attachment.sha256]) for row in files[version.pk]],
        )
        for version in versions
    }


def _guarded(version, office, files):
    places = [
        place
        for where, text in (("title", version.title), ("text", version.text))
        for place in _in_text(where, findings(version.notice, text, office), text)
    ]
    unread = []
    for label, scan in files:
        places += _in_text("file", privacy.find(label, office_numbers=office), label, name=label)
        if scan.problem:
            unread.append((label, scan.problem))
        places += _in_file(label, scan, office)
    return Guarded(tuple(places), tuple(unread))


def personal_data(unit, *texts, names=()):
    """Why texts of `unit` are not published: they hold what boards must never show, or one of `names` (residents, in
    full); None if not.
    """
    text = "\n".join(texts)
    found = privacy.hard(privacy.find(text, office_numbers=office_numbers(unit)))
    if found:
        kinds = pgettext("between names", ", ").join(sorted({str(finding.sort.label) for finding in found}))
        return gettext("The text contains personal data (%(kinds)s). Mask it before publishing.") % {"kinds": kinds}
    if any(len(name.strip()) > 1 and name.strip() in text for name in names):
        return gettext("The text names the resident. Mask the name before publishing.")
    return None


def why_not_public(unit, text):
    """Why a reason that everyone reads may not say `text`: it names somebody or holds personal data; None if not."""
    kinds = {str(finding.sort.label) for finding in privacy.find(text, office_numbers=office_numbers(unit))}
    if masking.names_in(text):
        kinds.add(str(_("name of a person")))
    if not kinds:
        return None
    return gettext("Everyone reads this. Leave out what may be personal data (%(kinds)s).") % {
        "kinds": pgettext("between names", ", ").join(sorted(kinds))
    }


def findings(notice, text, office):
    """What the guard finds in a text of `notice`; the kind of aid in a row of a relief list is none."""
    found = privacy.find(text, office_numbers=office)
    if notice.item not in relief.KEYS:
        return found
    return [finding for finding in found if not relief.is_category(text, finding)]


def _in_text(where, found, text, name=""):
    for finding in found:
        yield Place(
            where,
            finding.sort,
            finding.key,
            finding.text,
            code=f"{where}:{finding.start}",
            line=finding.line,
            before=_tail(text[max(0, finding.start - _CONTEXT) : finding.start]),
            after=text[finding.end : finding.end + _CONTEXT].split("\n")[0],
            masked=finding.masked,
            name=name,
        )


def _tail(text):
    return text.split("\n")[-1]


def _in_file(name, scan, office):
    numbers = {privacy.key_of(sort, privacy.digits_of(number)) for number in office for sort in privacy.PHONES}
    for row in scan.found:
        if row["kind"] == privacy.Sort.HIDDEN:
            yield Place("file", privacy.Sort.HIDDEN, row["key"], str(HIDDEN[row["excerpt"]]), name=name)
        elif row["key"] not in numbers:
            yield Place("file", privacy.Sort(row["kind"]), row["key"], row["excerpt"], name=name, part=row["place"])


def _scans(attachments):
    """{sha256: FileScan} of files; those not looked at by the present rules are looked at now."""
    wanted = {attachment.sha256: attachment for attachment in attachments}
    if not wanted:
        return {}
    scans = {scan.sha256: scan for scan in FileScan.objects.filter(sha256__in=wanted, rules=privacy.RULES)}
    for sha256 in wanted.keys() - scans.keys():
        scans[sha256] = scan_file(wanted[sha256])
    return scans


def refused_list(version):
    """Why a Word, Excel or csv file of a relief notice is not handed in with it; None when all are fit."""
    if version.notice.item not in relief.KEYS:
        return None
    for row in version.attachments.select_related("attachment"):
        try:
            with default_storage.open(location(row.attachment.sha256)) as file:
                words = _words_of(row.attachment, file)
        except reading.NotComputed as error:
            return f"{row.label}：{error}"
        except (Refused, OSError):
            continue  # what cannot be read is shown to the second person by the guard
        if reason := relief.refusal(version.notice.item, words):
            return f"{row.label}：{reason}"
    return None


def _words_of(attachment, file):
    """The text of a file with tabs between the cells of its tables; "" of a file that has none."""
    if attachment.media_type in (DOCX, XLSX):
        return reading.read(file.read(), attachment.name).text
    if attachment.media_type == "text/csv":
        return "\n".join(part.text for part in parts(file.read(), is_csv=True))
    return ""


def scan_file(attachment):
    """Look through a stored file for personal data and keep what was found, masked."""
    found, problem = [], ""
    if attachment.media_type.startswith("image/") or attachment.withheld_id is not None:
        # The metadata of an image went when it was stored; what it shows only people can tell. A withheld file is gone.
        return FileScan(sha256=attachment.sha256, rules=privacy.RULES)
    with default_storage.open(location(attachment.sha256)) as file:
        content = file.read()
    try:
        found = [
            {"place": place, "kind": finding.sort.value, "excerpt": finding.excerpt, "key": finding.key}
            for place, finding in find_in_file(content, _ENDINGS.get(attachment.media_type, ""))
        ]
        found += [
            {"place": "", "kind": privacy.Sort.HIDDEN.value, "excerpt": what, "key": privacy.key_of("hidden", what)}
            for what in reading.hidden_in(content, attachment.media_type)
        ]
    except (NotReadable, Refused, OSError) as error:
        problem = str(error)[:PROBLEM_LENGTH]
    values = {"rules": privacy.RULES, "found": found, "problem": problem}
    return FileScan.objects.update_or_create(sha256=attachment.sha256, defaults=values)[0]
