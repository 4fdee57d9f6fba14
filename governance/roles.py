"""Which office brings which powers, and how far. One table; `sync_grants` turns terms into grants."""


def connect():
    """Derive grants again whenever terms change."""
