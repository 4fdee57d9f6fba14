"""Showing in a form why an action refused it."""


def show_refusal(form, refused):
    """Put the reasons of `refused` beside their fields; what belongs to no field of the form stands above it."""
    errors = getattr(refused, "errors", None) or {None: str(refused)}
    for name, text in errors.items():
        form.add_error(name if name in form.fields else None, text)


def keep_current(form, version):
    """Let a form that is shown again carry the `version` its reader now sees. What was typed stays."""
    form.data = form.data.copy()
    form.data["seen"] = version
