"""The one upward signal: terms changed, so that powers must be derived again (governance/roles.py)."""

from django.dispatch import Signal

# Sent inside the transaction with `persons`: ids of the persons whose terms changed.
terms_changed = Signal()
