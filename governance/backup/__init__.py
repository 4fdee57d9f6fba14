"""One archive with everything that a portal is: database, files, keys; written whole and restored only when whole.

- `archive.py`: the file itself. A tar whose last member, the manifest, names every other one with size and SHA-256:
  what was cut off has no manifest, what was changed does not fit it. It knows nothing of Django.
- `programs.py`: which pg_dump and pg_restore to run, and how they find the server.
- `database.py`: what the database holds, seen at one moment; emptying, filling and checking it.

The archive holds personal data and the secret key in the clear. Whoever keeps it elsewhere encrypts it (age, gpg).
"""
