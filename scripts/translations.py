"""The Chinese catalogue: complete, current and compiled (`--update` brings it up to the source).

Source strings are English, so English needs no catalogue.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

from scripts import PROJECT, tracked

CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
SHOWN = 40  # of the faults
PLACEHOLDER = re.compile(r"%\((\w+)\)[sdf]|(?<!%)(?:%%)*(%[sdf])|\{(\w*)\}")


def main(arguments):
    """Report what is wrong with the catalogue, or update it; returns the exit status."""
    if subprocess.run([PROJECT / "scripts" / "need", "gettext"], check=False).returncode:
        return 1
    if arguments == ["--update"]:
        update(PROJECT)
    found = list(problems(PROJECT))
    print(*found[:SHOWN], sep="\n")
    if len(found) > SHOWN:
        print(f"... and {len(found) - SHOWN} more")
    return 1 if found else 0


def update(project):
    """Bring the catalogue of the project in `project` up to its source and compile it; texts are left to people."""
    path = project / CATALOGUE
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "manage.py", "makemessages", "-l", "zh_Hans"], check=True, cwd=project)
    catalogue = polib.pofile(str(path), wrapwidth=0)
    catalogue.metadata.pop("POT-Creation-Date", None)
    catalogue.metadata |= {"Language": "zh_Hans", "Plural-Forms": "nplurals=1; plural=0;"}
    catalogue.save()
    subprocess.run(["msgfmt", "--check-format", "-o", path.with_suffix(".mo"), path], check=True)


def problems(project):
    """One line for each fault of the project's catalogue; the project itself is not touched."""
    path = project / CATALOGUE
    if not path.exists():
        yield f"{CATALOGUE} is missing: make messages"
        return
    catalogue = polib.pofile(str(path))
    yield from incomplete(catalogue)
    yield from outdated(catalogue, fresh(project))
    yield from uncompiled(catalogue, path.with_suffix(".mo"))


def fresh(project):
    """The catalogue as it would be if it were made from the source now: the same work in a copy."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for file in tracked():
            if not file.startswith(("tests/", "docs/", "static/")):
                (copy / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(project / file, copy / file)
        update(copy)
        return polib.pofile(str(copy / CATALOGUE))


def incomplete(catalogue):
    """Entries without a text, with a guessed one, or whose placeholders are not those of the source."""
    for entry in catalogue:
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if entry.fuzzy:
            yield f"fuzzy: {entry.msgid!r}"
        elif not all(texts):
            yield f"missing: {entry.msgid!r}"
        else:
            wanted = placeholders(entry.msgid_plural or entry.msgid)
            for text in texts:
                if placeholders(text) != wanted:
                    yield f"placeholders differ: {entry.msgid!r}: {sorted(wanted)} and {sorted(placeholders(text))}"


def placeholders(text):
    """The names to be filled in, each as often as it occurs does not matter, except for those without a name."""
    found = [named or bare or f"{{{braced}}}" for named, bare, braced in PLACEHOLDER.findall(text)]
    return frozenset(f"{mark} ×{found.count(mark)}" if mark in ("%s", "%d", "{}") else mark for mark in found)


def outdated(catalogue, current):
    """Texts of the source that the catalogue lacks, and texts it keeps that the source has no longer."""
    have, want = set(texts_of(catalogue)), set(texts_of(current))
    for _context, msgid in sorted(want - have):
        yield f"not in the catalogue: {msgid!r}"
    for _context, msgid in sorted(have - want):
        yield f"no longer in the source: {msgid!r}"


def uncompiled(catalogue, path):
    """Whether the compiled catalogue says the same."""
    if not path.exists():
        yield f"{path.name} is missing: make messages"
    elif texts_of(catalogue.translated_entries()) != texts_of(polib.mofile(str(path))):
        yield f"{path.name} is older than the catalogue: make messages"


def texts_of(entries):
    """{(context, source text): its texts} of the entries in use."""
    return {
        (entry.msgctxt or "", entry.msgid): tuple(entry.msgstr_plural.values()) or (entry.msgstr,)
        for entry in entries
        if not entry.obsolete and entry.msgid
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
