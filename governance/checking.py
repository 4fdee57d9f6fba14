"""What a check code leads to: the record behind a leaf of the public log, beside what the paper should say."""

from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from audit.enums import LeafKind
from audit.log import codes
from audit.models import Leaf
from councils.models import Resolution
from councils.records import content_of
from disclosure.archive import closed_files, is_withheld, public_text
from disclosure.enums import Stage
from disclosure.logged import Logged, leaves_of, logged, logged_version
from disclosure.models import NoticeAttachment, NoticeVersion
from disclosure.records import PUBLISHED_KINDS
from disclosure.templatetags.disclosure import sentence
from disclosure.text import blocks
from governance.formats import longday
from orgs.models import OrgUnit

_ALIKE = gettext_lazy("Please compare line by line. If a line differs, the paper is not the one that was published.")


@dataclass(frozen=True)
class Found:
    """The record of a leaf. `facts`: what the paper must say, line by line; `states`: (kind of callout, sentence);
    `heading` and `advice`: what its text is, and how to compare a paper with it; `url` and `link`: where it stands now.
    """

    leaf: Leaf
    logged: Logged
    unit: OrgUnit
    unit_name: str  # as it was logged
    title: str
    facts: tuple
    heading: str
    advice: str
    blocks: tuple
    states: tuple
    url: str
    link: str
    covers: str = ""  # what the code on the paper covers, and since when it is unchanged
    hidden: bool = False
    chain: tuple = ()  # what else the log has of the same notice: see `_chain`

    @property
    def kind(self):
        """What the leaf says happened, in a word."""
        return next((kind for leaf, kind, _former in self.chain if leaf == self.leaf), self.leaf.get_kind_display())


def find(code, on):
    """The record whose check code is `code` (ten characters), as everybody may see it on the day `on`; None without."""
    leaf = Leaf.objects.filter(code=code).first()
    if leaf is None:
        return None
    return _resolution(leaf) if leaf.kind == LeafKind.RESOLUTION else _version(leaf, on)


def slips(typed):
    """Which characters of a mistyped code may be wrong: [(3,), (4, 5)] when one slip of the pen leads to a code of the
    log. `typed`: ten characters. One query.
    """
    places = {}
    for place, old in enumerate(typed):
        for new in codes.ALPHABET:
            places.setdefault(typed[:place] + new + typed[place + 1 :], (place + 1,))
        if place and old != typed[place - 1]:
            swapped = typed[: place - 1] + old + typed[place - 1] + typed[place + 1 :]
            places.setdefault(swapped, (place, place + 1))
    known = Leaf.objects.filter(code__in=[code for code in places if _is_code(code)]).values_list("code", flat=True)
    return sorted({places[code] for code in known})


def _is_code(text):
    try:
        return codes.read(text) == text
    except codes.Mistyped:
        return False


def _version(leaf, on):
    _notice, pk, number = leaf.subject.split("/")
    signed = NoticeVersion.objects.public().filter(notice=pk).with_people()
    signed = list(signed.select_related("notice__unit", "notice__issuer"))
    version = next((each for each in signed if each.number == int(number) and each.is_published(on)), None)
    if version is None:
        return None
    notice = version.notice
    notice.__dict__["_versions"] = signed
    newest = notice.published_versions(on)[0]
    files = list(NoticeAttachment.objects.filter(version=version).select_related("attachment__withheld"))
    leaves = list(leaves_of(notice))
    found = logged_version(version, files, leaves)
    facts = [
        (_("Number"), notice.number),
        (_("Title"), version.title),
        (_("Issued by"), version.issuer_name),
        (_("Published on"), longday(version.published_on)),
        (_("Displayed until"), longday(version.displayed_until)),
    ]
    closed = closed_files(version, [row for row in files if row.attachment.withheld is None], on)
    for place, row in enumerate(files, 1):
        name = row.name_shown_at(place)
        facts.append(
            (_("Attachment"), _("%(name)s (not on the web any more)") % {"name": name} if row in closed else name)
        )
    text = public_text(version, on)
    heading, advice = _comparison(leaf, version, text, on)
    return Found(
        leaf=leaf,
        logged=found,
        unit=notice.unit,
        unit_name=version.unit_name,
        title=version.title,
        facts=tuple(facts),
        heading=heading,
        advice=advice,
        blocks=tuple(blocks(text)),
        states=tuple(_states(leaf, version, newest, on)),
        url=newest.get_absolute_url(),
        link=_("Read the version in force") if newest is not version else _("Open the page of this notice"),
        covers=_covers(leaf, version, found) if found else "",
        hidden=bool(notice.row.noindex),
        chain=tuple(_chain(leaves, notice.published_versions(on))),
    )


def _unchanged(found):
    return _("Unchanged since %(day)s") % {"day": longday(found.since)}


def _covers(leaf, version, found):
    """What the code of `leaf` stands for; a paper from before a masking has the code of the text as it was then."""
    if not found.redacted:
        return _unchanged(found)
    days = {"day": longday(found.since), "first": longday(version.published_on)}
    if leaf.kind == LeafKind.REDACTION:
        said = _("The masking was registered in the public log on %(day)s; the check code covers the masked text.")
    elif leaf.kind == LeafKind.WITHDRAWAL:
        said = _("This check code covers the withdrawal. Parts of the notice were masked as the law asks on %(day)s.")
    else:
        said = _(
            "This check code covers the text as it was published on %(first)s. Parts of it were masked as the law asks"
            " on %(day)s: what is shown below is the masked text, which has a check code of its own."
        )
    return said % days


def _comparison(leaf, version, text, on):
    """(heading of the public `text` of a version, how to compare the paper of `leaf` with it).

    A paper from before a masking rightly says more than everyone may read now; one from after it does not.
    """
    if is_withheld(version, on):
        return _("Text"), _("The list is not shown any more. Only number, title and days can be compared here.")
    has_masked_names = text != version.published_text
    if has_masked_names or version.redaction and leaf.kind != LeafKind.REDACTION:
        return _("Masked text"), _(
            "Please compare line by line. Where words are masked (××× or *) or a file was withheld, an older paper"
            " rightly differs. If anything else differs, the paper is not the one that was published."
        )
    return _("Masked text") if version.redaction else _("The text as it was published"), _ALIKE


def _chain(leaves, versions):
    """(leaf, its kind in a word, the one that it follows or None) of everything that the log has of the published
    `versions` of a notice.

    A correction follows the leaf of the version before it; a withdrawal and a masking that of their own version. What
    was drafted anew after a recall is a later version, but nobody could read one before it: it was just published.
    """
    first = {leaf.version: leaf for leaf in leaves if leaf.kind in PUBLISHED_KINDS}
    numbers = sorted(version.number for version in versions)
    before = dict(pairwise(reversed(numbers)))
    for leaf in sorted(leaves, key=lambda leaf: leaf.index):
        if leaf.version in numbers:
            is_first = leaf.kind in PUBLISHED_KINDS
            corrects_nothing = leaf.kind == LeafKind.CORRECTION and leaf.version == numbers[0]
            kind = LeafKind.PUBLICATION.label if corrects_nothing else leaf.get_kind_display()
            yield leaf, kind, first.get(before.get(leaf.version) if is_first else leaf.version)


def _states(leaf, version, newest, on):
    """What a reader of the paper must know about a version on the day `on`."""
    if version.redaction:
        values = {"day": longday(version.redaction.decided_at), "reason": sentence(version.redaction.reason)}
        yield "warn", _("Parts of this notice were masked as the law asks on %(day)s. Reason: %(reason)s") % values
    if version.withdrawn_at:
        values = {"day": longday(version.withdrawn_at), "reason": sentence(version.withdrawn_reason)}
        yield "late", _("This notice was withdrawn on %(day)s. Reason: %(reason)s") % values
    if newest is not version:
        values = {"day": longday(newest.published_on), "reason": sentence(newest.correction_reason)}
        yield (
            "warn",
            _("This version was corrected on %(day)s. Reason: %(reason)s The corrected version counts.") % values,
        )
    elif not version.withdrawn_at and version.stage(on) == Stage.DISPLAY_ENDED:
        yield (
            "",
            _("The display ended on %(day)s; the notice stays readable.") % {"day": longday(version.displayed_until)},
        )


def _resolution(leaf):
    resolution = Resolution.objects.select_related("vote__item__matter__unit").filter(pk=leaf.subject.split("/")[1])
    resolution = resolution.first()
    if resolution is None:
        return None
    matter = resolution.vote.item.matter
    content = content_of(resolution)
    found = logged(leaf, content)
    facts = [
        (_("Number"), resolution.number),
        (_("Title"), resolution.title),
        (_("Decided by"), resolution.body_name),
        (_("Decided on"), longday(resolution.adopted_on)),
        (_("Outcome"), resolution.vote.get_outcome_display()),
    ]
    if counts := content["counts"]:
        facts.append((_("Counts"), _counts(counts)))
    states = []
    if Resolution.objects.filter(matter=matter, pk__gt=resolution.pk).exists():
        states.append(
            ("warn", _("The matter was decided again later, or its count was corrected. The later one counts."))
        )
    return Found(
        leaf=leaf,
        logged=found,
        unit=matter.unit,
        unit_name=resolution.unit_name,
        title=resolution.title,
        facts=tuple(facts),
        heading=_("The text as it was published"),
        advice=_ALIKE,
        blocks=tuple(blocks(resolution.text)),
        states=tuple(states),
        url=matter.get_absolute_url(),
        link=_("Open the page of this matter"),
        covers=_unchanged(found),
    )


def _counts(counts):
    return (
        pgettext(
            "counts of a vote",
            "%(entitled)s entitled, %(present)s present; %(in_favour)s for, %(against)s against, %(abstain)s abstained",
        )
        % counts
    )
