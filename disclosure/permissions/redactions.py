"""Who may ask for and agree to the masking of what is published."""

from itertools import chain

from django.utils.translation import gettext as _

from audit.enums import Audience
from disclosure.models import Redaction
from disclosure.permissions.notices import signing_power
from disclosure.redaction import hidden_words, why_no_masking
from disclosure.sealed import repeats
from disclosure.text import clean
from orgs.permissions import persons_holding, refusal
from orgs.powers import Power


def redacting_power(notice, user, on):
    """The power by which `user` decides on a redaction of `notice` on `on`: that of the street, or else that of the
    supervision committee.
    """
    overseen = refusal(user, Power.OVERSEE, notice.unit.path, on=on) is None
    return Power.OVERSEE if overseen else Power.REVIEW_NOTICES


def missing_redaction_power(notice, user, on):
    """Why `user` may not decide on a redaction of `notice` on `on`, or None."""
    return refusal(user, redacting_power(notice, user, on), notice.unit.path, on=on)


def who_masks(notice, on):
    """(who may ask for a redaction of `notice` on `on`, who may decide on it), by name. One query."""
    asking = signing_power(notice.board)
    held = persons_holding([asking, Power.REVIEW_NOTICES, Power.OVERSEE], notice.unit.path, on=on)
    return sorted(held[asking], key=str), sorted(held[Power.REVIEW_NOTICES] | held[Power.OVERSEE], key=str)


def may_ask_redaction(version):
    """A published version of a notice for everyone, once, and one request at a time."""
    if not version.is_signed or version.notice.audience != Audience.PUBLIC:
        return _("Only what was published for everyone is masked.")
    if version.redaction_id:
        return _("This version has been masked already.")
    if version.redactions.filter(decided_at=None).exists():
        return _("A request to mask this version waits already.")
    return None


def may_mask(version, title, text, files):
    """What is masked differs from what was published, by masked stretches alone; or some of `files` go."""
    old = clean(version.published_text).strip()
    if (title, text) == (version.title, old):
        nothing = _("Nothing is masked yet: replace what must go, for example by “×××”, or choose a file.")
        return None if files else nothing
    return why_no_masking(version.title, title) or why_no_masking(old, text)


def words_hidden(version, title, text):
    """The `hidden_words` of a masked `title` and `text` for a published version."""
    return hidden_words(f"{version.title}\n{clean(version.published_text)}", f"{title}\n{text}")


def may_say(words, reason):
    """The reason, which stays, says nothing of the `words_hidden`."""
    return _repeated() if any(word in reason for word in words) else None


def may_repeat(notice, reason):
    """A reason that everyone reads says nothing of what was masked in any version of `notice`. One query."""
    agreed = Redaction.objects.filter(version__notice=notice, agreed=True).values_list("hidden", flat=True)
    return _repeated() if repeats(reason, chain.from_iterable(agreed)) else None


def _repeated():
    return _("Everyone reads the reason. It must not repeat what is masked.")


def may_decide_redaction(redaction, person):
    """Not by who asked."""
    if redaction.asked_by_id == person.pk:
        return _("Who asks for the masking and who agrees to it must be different persons.")
    return None
