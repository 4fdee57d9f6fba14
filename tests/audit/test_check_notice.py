"""The stand-alone checker, run as a resident would: an archive, Python without any package, and nothing else."""

import hashlib
import json
import subprocess
import sys
import zipfile

import pytest
from django.conf import settings

from audit import archive, log_files
from audit.actions import append_leaf, append_leaves, checkpoint_of_today, new_log_key
from audit.enums import LeafKind
from audit.log import codes, notes
from audit.models import Leaf, Tile
from tests.audit.test_log import AT, entries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_alone")]
PROGRAM = settings.BASE_DIR / "static" / "check_notice.py"
FILE = b"%PDF-1.7 an attachment"


def content(number):
    return {
        "unit": "990101001001",
        "number": f"{number}号",
        "title": "三月收支公开",
        "text": "一、收入\n合计 1200 元 𠮷",
        "files": [{"name": "明细.pdf", "sha256": hashlib.sha256(FILE).hexdigest(), "size": len(FILE)}],
    }


@pytest.fixture
def files():
    """An archive as {name: bytes}: three notices among 300 leaves, one of them redacted later."""
    append_leaves(entries(298))
    leaves = []
    for number in (501, 502, 503):
        given = {"unit_path": "/1/2/", "number": f"{number}号", "version": 1, "content": content(number), "at": AT}
        leaves.append(append_leaf(kind=LeafKind.PUBLICATION, subject=f"notice/{number}/1", **given))
    masked = given | {"content": content(503) | {"text": "（已依法遮盖）"}}
    leaves.append(append_leaf(kind=LeafKind.REDACTION, subject="notice/503/1", **masked))
    signer, note = checkpoint_of_today()
    held = {}
    nodes = Tile.objects.covering([leaf.index for leaf in leaves], 302).nodes()
    for leaf, kept in zip(leaves, (content(501), content(502), None, masked["content"]), strict=True):
        leaf.refresh_from_db()
        held[archive.record_name(leaf)] = archive.record(leaf, kept, 302, nodes)
    held |= {"index.html": "<p>三月收支公开</p>".encode(), "notices.csv": b"number\n", "files/1.pdf": FILE}
    hashes = {name: archive.digest(data) for name, data in held.items()}
    named = {"unit": "990101001001", "unit_name": "柳溪社区"}
    held[archive.MANIFEST] = archive.manifest(
        checkpoint=note,
        hashes=hashes,
        leaves=[leaf.index for leaf in leaves],
        withheld={archive.record_name(leaves[2]): "部分内容已依法遮盖"},
        **named,
    )
    held[archive.SIGNATURE] = archive.signature(signer, held[archive.MANIFEST])
    return held


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """`run(files, *words)`: (exit status, what the program said). In this process: a new one takes its time."""
    program = {"__name__": "check_notice"}
    exec(compile(PROGRAM.read_text(), PROGRAM, "exec"), program)

    def run(files, *words):
        return program["main"]([packed(tmp_path, files), *words]), capsys.readouterr().out

    return run


def packed(folder, files):
    with zipfile.ZipFile(folder / "archive.zip", "w") as target:
        for name, data in files.items():
            target.writestr(name, data)
    return str(folder / "archive.zip")


def test_program_is_one_short_file_on_the_standard_library(files, tmp_path):
    assert len(PROGRAM.read_text().splitlines()) <= 150
    code = Leaf.objects.get(subject="notice/501/1").code
    words = [packed(tmp_path, files), codes.grouped(code).lower()]
    done = subprocess.run([sys.executable, "-I", PROGRAM, *words], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "柳溪社区" in done.stdout
    assert "text：一、收入\n合计 1200 元 𠮷" in done.stdout
    assert str(log_files.public_keys()[0][1]) in done.stdout
    assert "✓" in done.stdout


def test_archive_after_a_new_key_is_verified(files, run):
    new_log_key()
    keys = [str(verifier) for _size, verifier in log_files.public_keys()]
    signer, note = checkpoint_of_today()
    manifest = json.loads(files[archive.MANIFEST]) | {"checkpoint": note, "vkeys": keys}
    data = json.dumps(manifest).encode()
    anew = files | {archive.MANIFEST: data, archive.SIGNATURE: archive.signature(signer, data)}
    status, said = run(anew, keys[1])
    assert status == 0, said
    assert run(anew, keys[0])[0] == 1


def test_only_the_printed_key_counts_when_it_is_given(files, run):
    status, said = run(files, str(log_files.public_keys()[0][1]))
    assert status == 0, said
    status, said = run(files, str(new_log_key()))
    assert (status, "没有公布的公钥的有效签名" in said) == (1, True)


def test_code_that_is_not_there_is_said(files, run):
    status, said = run(files, "00000-00000")
    assert (status, "没有这个核验码" in said) == (1, True)


def test_other_files_are_no_archive(run, files, tmp_path):
    assert run({"a": b"b"})[0] == 1
    assert run(files | {archive.MANIFEST: b"[]"})[0] == 1
    assert run(files, "x", "y", "z")[0] == 2


def test_a_changed_bit_is_found_wherever_it_is(files, run):
    for name, data in files.items():
        flipped = files | {
            name: data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :]
        }
        assert run(flipped)[0] == 1, name
    for name in files:
        if name != archive.MANIFEST:
            assert run({key: data for key, data in files.items() if key != name})[0] == 1, name
    assert run(files | {"more.txt": b""})[0] == 1


def forged(files, name, change):
    """The archive with one file changed and a manifest that fits."""
    data = change(files[name])
    manifest = json.loads(files[archive.MANIFEST])
    manifest["files"][name] = archive.digest(data)
    return files | {name: data, archive.MANIFEST: json.dumps(manifest).encode()}


def changed(**values):
    return lambda data: json.dumps(json.loads(data) | values).encode()


def test_forger_who_makes_the_manifest_fit_is_found(files, run):
    first, second, *_others = (name for name in files if name.startswith("notices/"))
    for values, reason in (
        ({"content": content(501) | {"text": "一、收入\n合计 1201 元"}}, "已被改动"),
        ({"salt": "00" * 16}, "已被改动"),
        ({"index": 3}, "不在签名的日志之中"),
        ({"size": 301}, "不在签名的日志之中"),
        ({"proof": []}, "不在签名的日志之中"),
        ({"entry": json.loads(files[first])["entry"].replace("501", "502")}, "不在签名的日志之中"),
        (json.loads(files[second]), "核验码与文件名不符"),
    ):
        status, said = run(forged(files, first, changed(**values)))
        assert (status, reason in said) == (1, True), (values, said)
    status, said = run(forged(files, "files/1.pdf", lambda data: data + b"x"))
    assert (status, "不是已核验的公告的附件" in said) == (1, True)
    status, said = run(forged(files, "index.html", lambda data: data.replace(b"p", b"q", 1)))
    assert (status, "档案清单与签名不符" in said, "index.html" in said) == (1, True, False)


def test_a_key_of_the_forger_signs_nothing_beside_the_checkpoint(files, run):
    """Whoever adds a key of their own to the list has no signature of it under the checkpoint."""
    own = notes.Signer.new("localhost/log")
    manifest = json.loads(files[archive.MANIFEST])
    manifest["vkeys"].append(str(own.verifier))
    data = json.dumps(manifest).encode()
    status, said = run(files | {archive.MANIFEST: data, archive.SIGNATURE: archive.signature(own, data)})
    assert (status, "没有公布的公钥的有效签名" in said) == (1, True)


def test_a_record_left_out_or_without_its_content_is_told(files, run):
    first = next(name for name in files if name.startswith("notices/"))
    status, said = run(forged(files, first, changed(content=None, salt="")))
    assert (status, "内容缺失" in said) == (1, True)
    manifest = json.loads(files[archive.MANIFEST])
    del manifest["files"][first]
    left = {name: data for name, data in files.items() if name != first}
    status, said = run(left | {archive.MANIFEST: json.dumps(manifest).encode()})
    assert (status, "日志第 299 条：记录缺失" in said) == (1, True)


def test_an_archive_without_records_proves_nothing(files, run):
    signer, note = checkpoint_of_today()
    named = {"unit": "990101001", "unit_name": "青禾街道"}
    data = archive.manifest(checkpoint=note, hashes={}, leaves=[], withheld={}, **named)
    status, said = run({archive.MANIFEST: data, archive.SIGNATURE: archive.signature(signer, data)})
    assert (status, "✗ 没有任何记录" in said, "✓" in said) == (1, True, False)


def test_forger_who_changes_what_was_signed_is_found(files, run):
    manifest = json.loads(files[archive.MANIFEST])
    note = manifest["checkpoint"]
    for wrong in (note.replace("302", "303", 1), note.replace("localhost", "other", 1), note[:-6] + "AAAA=\n", ""):
        assert run(files | {archive.MANIFEST: json.dumps(manifest | {"checkpoint": wrong})})[0] == 1
    assert run(files | {archive.MANIFEST: json.dumps(manifest | {"unit": "990101001002"})})[0] == 1


def test_broken_zip_is_said(run, tmp_path, files, capsys):
    program = {"__name__": "check_notice"}
    exec(compile(PROGRAM.read_text(), PROGRAM, "exec"), program)
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04")
    assert program["main"]([str(tmp_path / "cut.zip")]) == 1
    assert program["main"]([str(tmp_path / "none.zip")]) == 1
    assert "档案无法核验" in capsys.readouterr().out
