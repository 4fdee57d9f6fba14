"""Finding matters, notices, announcements, meetings and people by what is written in them (docs/adr/0010)."""
