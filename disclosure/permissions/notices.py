"""Who may do what with a notice, its drafts and versions, and when; `power_for` names the power of a verb."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.enums import Audience
from audit.files import SHOWN
from disclosure import relief, rolls
from disclosure.enums import PUBLISHED, Stage
from disclosure.permissions.signers import after_review, signing_power
from disclosure.starts import MARK
from orgs.models import Body, Person, Term
from orgs.naming import reads_like_a_person
from orgs.permissions import refusal
from orgs.powers import Power
from orgs.village import in_place

MOST_NAMES = 30  # on one sheet of owners' representatives
SCHEDULE_AHEAD = timedelta(days=60)  # how far ahead of its publication a notice may be signed


def power_for(verb, notice):
    """The power that `verb` ("edit", "submit", "review", "return", "sign", "correct", "withdraw", "discard") needs."""
    if verb in ("sign", "withdraw"):
        return signing_power(notice.board)
    if verb == "review":
        return notice.checking.power
    if verb == "return":
        # Whoever reviews or signs may send a draft back.
        return (
            notice.checking.power
            if notice.draft and notice.draft.stage_of_draft == Stage.IN_REVIEW
            else (signing_power(notice.board))
        )
    return Power.DRAFT_NOTICES


def missing_power(verb, notice, user, on):
    """Why `user` lacks the power for `verb` on `on`, or None. In-Party notices stay with the Party organisation."""
    path = notice.unit.path
    reason = refusal(user, power_for(verb, notice), path, on=on)
    if reason is None and notice.audience == Audience.PARTY:
        reason = refusal(user, Power.SEE_PARTY_INTERNAL, path, on=on)
    if reason is None and verb == "review" and notice.checking.by_members:
        seats = Term.objects.running_on(on).filter(person__user=user, body__unit=notice.unit_id)
        if not seats.filter(body__kind__in=notice.checking.bodies).exists():
            reason = _("Only members of the owners' committee or the owners' assembly of this compound check it.")
    return reason


def may_edit(version):
    """Drafts and returned drafts are open; one that was reviewed is open again, and must be reviewed again."""
    if version.is_signed:
        return _("This version is published and never changes. Publish a correction instead.")
    return None


def may_change_subject(version):
    """What a draft is about changes while nobody but its drafters had it."""
    if version.is_signed or version.number > 1:
        return _("What a published notice discloses, for which period and in whose name never changes.")
    if version.notice.source_url:
        return _("What it discloses follows from “%(source)s”.") % {"source": version.notice.source_label}
    if version.stage_of_draft != Stage.DRAFT or version.opinions.exists():
        return _("The draft was handed in: what it discloses, for which period and in whose name stays as it is.")
    return None


def changes_nothing(version):
    """Whether it is a correction with title, text, periods and files of the version that it corrects."""
    old = version.notice.current
    if version.is_signed or not version.is_correction:
        return False
    names = ("title", "body", "display_days", "window_days")
    return all(getattr(version, name) == getattr(old, name) for name in names) and _files(version) == _files(old)


def _files(version):
    return sorted(version.attachments.filter(attachment__withheld=None).values_list("attachment__sha256", "label"))


def may_discard(version):
    """Only what was never submitted may be thrown away, or came back without an objection that would go with it; a
    correction may, the published version stays. Two queries.
    """
    if version.is_signed:
        return _("This version is published and never changes. Publish a correction instead.")
    if version.submitted_at and not version.returned_at:
        return _("The draft has been submitted. It can be returned, but not thrown away.")
    if version.opinions.standing().unanswered().exists():
        return _(
            "An objection to this draft was not answered and stays on record. Change the draft and submit it again."
        )
    if version.overrides.exists():
        return _("An approval of personal data belongs to this draft and stays on record.")
    return None


def period_over(version, on):
    """What an item reports of a period is told when the period is over on the day `on`; a correction at any time."""
    notice = version.notice
    if notice.period is None or on > notice.period.last or notice.row.early or version.is_correction:
        return None
    return _("%(period)s is not over yet: what this reports of it is published afterwards.") % {"period": notice.period}


def may_submit(version, on):
    """A draft or a returned draft, finished, of a period that is over, long enough on display; a relief list with no
    more than its columns.
    """
    if version.stage_of_draft not in (Stage.DRAFT, Stage.RETURNED):
        return _("The draft has been submitted already.")
    if changes_nothing(version):
        return _("Title, text, periods and files are those of the present version: this corrects nothing yet.")
    if version.number > 1 and version.attachments.exclude(attachment__withheld=None).exists():
        return _("One of the files was withheld by law. Remove it first.")
    if left := MARK.findall(f"{version.title}\n{version.text}"):
        return ngettext(
            "%(n)s place marked 【？】 is still to be filled in: %(first)s",
            "%(n)s places marked 【？】 are still to be filled in, the first: %(first)s",
            len(left),
        ) % {"n": len(left), "first": left[0]}
    if reason := period_over(version, on) or fits_issuer(version.notice.issuer, version.notice.row):
        return reason
    if reason := relief.refusal(version.notice.item, version.text):
        return reason
    return display_long_enough(version.display_days, version.min_display_days)


def needs_check(notice):
    """Whether its drafts are checked before the signature. A compound without an owners' body has nobody to do it."""
    if not notice.row.reviewers or not notice.checking.by_members:
        return bool(notice.row.reviewers)
    return Body.objects.filter(unit=notice.unit_id, kind__in=notice.checking.bodies, dissolved_on=None).exists()


def paper_day_fits(version, day, on):
    """What was signed on paper was signed between the draft and today."""
    if day > on:
        return _("This day has not come yet.")
    if day < timezone.localdate(version.drafted_at):
        return _("This text was drafted later than that.")
    return None


def why_no_sheet(scan):
    """Why a file is no signed sheet, or None: the signatory looks at it, so it is a picture or a PDF."""
    if scan is None:
        return _("Attach the scan of the signed sheet.")
    if scan.media_type not in SHOWN:
        return _("Attach the signed sheet as a scan (PDF) or a photograph (JPG, PNG).")
    return None


def why_no_names(version, names):
    """Why these names are no re-check by owners' representatives, or None."""
    if not version.notice.checking.by_members:
        return _("Say who of the checking body signed the sheet.")
    if not names:
        return _("Enter the names of those who signed the sheet.")
    if len(names) > MOST_NAMES or any(len(name) > 60 for name in names):
        return _("Enter one name a line, at most %(most)s.") % {"most": MOST_NAMES}
    if wrong := next((name for name in names if not reads_like_a_person(name)), None):
        return _("“%(name)s” is no full name of a person. Enter one name a line.") % {"name": wrong}
    if twice := next((name for name in names if names.count(name) > 1), None):
        return _("“%(name)s” stands there more than once; each person counts once.") % {"name": twice}
    if unknown := rolls.strangers(version.notice.unit, names):
        return _("“%(name)s” does not stand on the roll of owners. Correct the name, or the roll first.") % {
            "name": unknown[0]
        }
    known = {opinion.who for opinion in version.opinions.standing() if opinion.revision == version.revision}
    if known & set(names):
        return _("%(name)s has agreed to this text already.") % {"name": min(known & set(names))}
    if set(names) & set(Person.objects.filter(pk__in=version.authors).values_list("name", flat=True)):
        return _("The drafter and the reviewer must be different persons.")
    return None


def may_review(version, person):
    """In review, by somebody who did not draft it."""
    if version.stage_of_draft != Stage.IN_REVIEW:
        return _("This draft does not wait for a review.")
    if person and person.pk in version.authors:
        return _("The drafter and the reviewer must be different persons.")
    return None


def may_review_unopened(guarded):
    """Many are agreed to at once where nothing in them looks like personal data for certain."""
    if guarded.hard:
        return _("It may hold personal data. Open the notice and look before you agree.")
    return None


def may_return(version, person):
    """In review or waiting for the signature, by somebody who did not draft it."""
    if version.is_signed:
        return _(
            "This notice has been signed and published and cannot be returned. To change it, correct or withdraw it."
        )
    if version.stage_of_draft not in (Stage.IN_REVIEW, Stage.REVIEWED):
        return _("This draft does not wait for a review or a signature.")
    if person and person.pk in version.authors:
        return _("The drafter and the reviewer must be different persons.")
    return None


def may_sign(version, person, on):
    """Submitted, reviewed where that is asked for, by a third person, its period over."""
    stage = version.stage_of_draft
    if stage in PUBLISHED:
        return _("This version is published already.")
    if stage == Stage.IN_REVIEW:
        return _("This draft waits for %(whom)s.") % {"whom": version.notice.checking.waits}
    if stage != Stage.REVIEWED:
        return _("The draft has not been submitted yet.")
    if person and person.pk in version.authors:
        return _("The drafter and the signatory must be different persons.")
    if person and (person.pk == version.reviewed_by_id or version.rechecked_by and _agreed(version, person)):
        return _("The reviewer and the signatory must be different persons.")
    return period_over(version, on) or display_long_enough(version.display_days, version.min_display_days)


def _agreed(version, person):
    """Whether this owners' representative is one of those who re-checked it. One query."""
    return version.opinions.standing().filter(person=person, revision=version.revision).exists()


def may_publish_on(version, day, on):
    """Signed on `on` for the day `day`: at once, or within 60 days; a mistake on the board is corrected at once."""
    if day < on:
        return _("The day of publication cannot lie in the past.")
    if day > on + SCHEDULE_AHEAD:
        return _("The day of publication lies at most %(days)s days ahead.") % {"days": SCHEDULE_AHEAD.days}
    if day > on and version.is_correction:
        return _("A correction is published on the day it is signed: the mistake is on the board now.")
    return None


def may_correct(notice, on):
    """A published notice without a correction under way; one that was recalled before its day is drafted anew so."""
    if notice.current is None:
        return _("Only a published notice can be corrected.")
    if notice.current.stage(on) == Stage.SCHEDULED:
        return _("This notice is scheduled and not published yet. Recall it first.")
    if notice.draft is not None:
        return _("A correction of this notice is being worked on already.")
    return None


def may_withdraw(version):
    """Published, newest, and not withdrawn yet."""
    if not version.is_signed:
        return _("Only a published notice can be withdrawn.")
    if version.withdrawn_at:
        return _("This notice has been withdrawn already.")
    if version.is_superseded:
        return _("A newer version has replaced this one.")
    return None


def display_long_enough(days, least):
    """Display of at least the days of the catalogue: 15 by URC art. 34."""
    if days < least:
        return _("The display period must be at least %(days)s days.") % {"days": least}
    return None


def fits_item(period, item):
    """A period belongs to an item that is disclosed that often; standing and event items have none."""
    if period and period.frequency not in item.frequencies:
        return _("“%(item)s” is disclosed %(frequency)s; this period does not fit it.") % {
            "item": item.title,
            "frequency": item.frequency.label,
        }
    return None


def fits_issuer(body, row):
    """A notice of the item `row` is published by a body its class names, or it would go round its checks."""
    if body.kind not in row.issuers:
        return _("“%(item)s” is published by: %(publisher)s.") % {
            "item": in_place(row.title, body.unit),
            "publisher": in_place(row.affairs.publisher, body.unit),
        }
    return None


def may_replace(announcement):
    """Whether it can be corrected by a successor or withdrawn: once, and only the newest."""
    if announcement.withdrawn_at:
        return _("This announcement has been withdrawn already.")
    if announcement.replaced_by:
        return _("A newer one has replaced this announcement.")
    return None


def verbs_of(notice, user, person, on):
    """{verb: reason why `user` may not use it now, or None} for the verbs that make sense in the stage of `notice`.

    The power is asked first, then the state, so that the reason is the one the person can do something about.
    """
    draft, current = notice.draft, notice.current
    states = {}
    if draft:
        states["edit"] = may_edit(draft)
        states["submit"] = may_submit(draft, on)
        if draft.review_required:
            states["review"] = may_review(draft, person)
        states["return"] = may_return(draft, person)
        states["sign"] = may_sign(draft, person, on)
        states["discard"] = may_discard(draft)
    if current:
        states["correct"] = may_correct(notice, on)
        states["withdraw"] = may_withdraw(current)
    reasons = {verb: missing_power(verb, notice, user, on) or reason for verb, reason in states.items()}
    if "review" in reasons and reasons["review"] is None:
        reasons["review"] = after_review(draft, person, on)
    return reasons
