"""The forms of a page as a browser would send them, untouched."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

NOT_SENT = {"submit", "button", "reset", "image"}


@dataclass
class Form:
    """One form: where and how it is sent, what its fields hold, and of what type each is."""

    action: str = ""
    method: str = "get"
    sent: dict = field(default_factory=dict)  # name -> value; of unticked boxes nothing
    types: dict = field(default_factory=dict)  # name -> text, number, date, hidden, radio, select, textarea, file ...
    options: dict = field(default_factory=dict)  # name -> values offered


class _Reader(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.forms, self._form, self._inside = [], None, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        if self._form is None:
            return
        name = given.get("name")
        if tag == "option" and self._inside:
            value = given.get("value", "")
            self._form.options[self._inside].append(value)
            if "selected" in given or self._form.sent[self._inside] is None:
                self._form.sent[self._inside] = value
        if not name or tag not in ("input", "select", "textarea"):
            return
        kind = given.get("type", "text") if tag == "input" else tag
        if kind in NOT_SENT:
            return
        self._form.types[name] = kind
        if kind in ("radio", "checkbox"):
            self._form.options.setdefault(name, []).append(given.get("value", "on"))
            if "checked" in given:
                self._form.sent[name] = given.get("value", "on")
        elif tag == "select":
            self._inside = name
            self._form.sent[name], self._form.options[name] = None, []
        elif tag == "textarea":
            self._inside = name
            self._form.sent[name] = ""
        elif kind != "file":
            self._form.sent[name] = given.get("value", "")

    def handle_data(self, data):
        if self._inside and self._form.types.get(self._inside) == "textarea":
            self._form.sent[self._inside] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag in ("select", "textarea"):
            if self._inside and self._form and self._form.sent[self._inside] is None:
                self._form.sent[self._inside] = ""
            self._inside = None


def forms_of(text):
    """The forms of a page, first to last."""
    return _Reader(text).forms


def posted(text):
    """Those of them that are sent by POST and have something to fill in: not the buttons of the page's frame."""
    return [
        form
        for form in forms_of(text)
        if form.method == "post" and set(form.types) - {"csrfmiddlewaretoken", "next", "seen"}
    ]
