"""What helps with writing a draft: what it begins with, text out of a file, how it will look."""

from dataclasses import dataclass

from django.forms import FileField
from django.utils.translation import gettext as _

from audit.errors import Refused
from disclosure import clocks, periods, permissions, reading, starts, text
from disclosure.clocks import Period
from disclosure.models import Notice, NoticeVersion


@dataclass(frozen=True)
class Shown:
    """A draft as it would be published: its blocks, its row on the board, and what is still to be done."""

    title: str
    issuer: str
    item: str
    blocks: list
    display: Period | None
    unfinished: list


def typed(form):
    """What stands in the fields of a form that was sent, for a form that shows it again without judging it."""
    return {name: form.data.get(name, "") for name, field in form.fields.items() if not isinstance(field, FileField)}


def begin(how, form):
    """(what the fields hold now, notes) after one of the buttons: "last", "template" or "file". Raises Refused.

    Nothing typed is lost: only an empty text is begun, and what a file brings is put after what is there.
    """
    values = typed(form)
    if how == "file":
        return _from_file(values, form.files.get("source"))
    if values.get("text", "").strip():
        raise Refused(_("There is a text already. Empty the field first to begin with another one."))
    item, issuer = form.chosen()
    if item is None:
        raise Refused(_("Choose what is disclosed first."))
    period = periods.parse(values.get("period"))
    if how == "last":
        return _from_last(values, item, issuer, form.fields["issuer"].queryset, period)
    if issuer is None:
        raise Refused(_("Choose who issues it first."))
    title, body = starts.skeleton(item, issuer.unit, period)
    return values | {"title": values.get("title") or title, "text": body}, [
        _("Fill in the places marked 【？】. Delete what does not apply.")
    ]


def _from_file(values, upload):
    if upload is None:
        raise Refused(_("Choose a file first."))
    if upload.size > reading.LARGEST:
        raise Refused(_("The file is larger than %(limit)s MB.") % {"limit": reading.LARGEST // 1024**2})
    found = reading.read(upload.read(), upload.name)
    before = values.get("text", "").rstrip()
    both = f"{before}\n\n{found.text}" if before else found.text
    return values | {"text": both}, [_("The text of %(name)s was taken over.") % {"name": upload.name}, *found.notes]


def _from_last(values, item, issuer, issuers, period):
    """The newest notice of the same item, its period moved on and its figures marked."""
    versions = NoticeVersion.objects.current().filter(notice__item=item.key, withdrawn_at=None)
    units = [issuer.unit_id] if issuer else [body.unit_id for body in issuers]
    last = versions.filter(notice__unit__in=units).select_related("notice").order_by("-published_on", "-pk").first()
    if last is None:
        raise Refused(_("No notice of this item has been published here yet. Begin with the template."))
    notice, title, body = last.notice, last.title, last.body
    old = periods.between(notice.period_first, notice.period_last) or starts.period_named(title)
    new = period or old and starts.following(old)
    if old:
        title, body = starts.moved_on(title, old, new), starts.moved_on(body, old, new)
        values = values | {"period": values.get("period") or (new.code if notice.period_first else "")}
    values |= {"title": values.get("title") or starts.marked_title(title, new), "text": starts.marked(body)}
    values |= {"issuer": values.get("issuer") or notice.issuer_id}
    return values, [
        _("Begun with %(number)s. Its figures are marked 【？】: replace each, or take the mark away.")
        % {"number": notice.number}
    ]


def show(notice, title, body, *, display_days, window_days, least, today, problems=()):
    """How a draft would look if it were published `today`; `notice` may be one that is never saved, or None."""
    unfinished = list(problems)
    if left := starts.MARK.findall(f"{title}\n{body}"):
        unfinished.append(_("Places marked 【？】: %(count)s") % {"count": len(left)})
    if notice is None:
        return Shown(title, "", "", text.blocks(body), None, unfinished)
    if reason := permissions.display_long_enough(display_days, least):
        unfinished.append(reason)
    version = NoticeVersion(
        notice=notice, title=title, text=body, display_days=max(display_days, 1), window_days=window_days
    )
    return Shown(
        title,
        notice.issuer.name,
        f"{notice.item} {notice.row.title}",
        version.blocks(today),
        clocks.display_period(today, max(display_days, 1)),
        unfinished,
    )


def unsaved_notice(item, issuer):
    """A notice of `item` by `issuer`, for looking at only; None while either is missing."""
    if item is None or issuer is None:
        return None
    return Notice(unit=issuer.unit, board=item.board, item=item.key, item_title=item.title, issuer=issuer)
