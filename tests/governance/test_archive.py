"""The archive of a unit: everything public of it, verified without the portal; and a row that was touched, found."""

import csv
import io
import json
import subprocess
import sys
import zipfile

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.actions import store
from audit.enums import Audience
from disclosure.models import NoticeVersion
from governance import archive
from tests.disclosure.conftest import Desk, moment
from tests.world import PDF

PROGRAM = settings.BASE_DIR / "static" / "check_notice.py"


@pytest.fixture
def desk(liuxi, monkeypatch):
    monkeypatch.setattr("governance.middleware.now", lambda: moment(4, 10))
    return Desk(liuxi)


@pytest.fixture
def download(client, liuxi):
    def get(query="", **headers):
        response = client.get(f"/u/{liuxi.unit.code}/archive.zip{query}", headers=headers)
        return response, b"".join(response.streaming_content) if response.streaming else response.content

    return get


def members(data):
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        assert held.testzip() is None
        return {name: held.read(name) for name in held.namelist()}


def verified(data, folder, *words):
    """(exit status, what the program says) of the stand-alone checker."""
    path = folder / "archive.zip"
    path.write_bytes(data)
    done = subprocess.run([sys.executable, "-I", PROGRAM, path, *words], check=False, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_the_archive_holds_what_is_public_and_verifies(desk, download, tmp_path):
    first = desk.withdrawn(title="停水通知")
    second = desk.published(title="=1+1", text="居民李明明反映。")
    desk.correct(second, month=4, day=3)
    desk.draft(title="草稿")
    relief = desk.published(title="救助名单", item="R20")
    assert relief.notice.row.noindex
    response, data = download()
    held = members(data)
    rows = list(csv.DictReader(io.StringIO(held["notices.csv"].decode("utf-8-sig"))))
    assert [row["标题"] for row in rows] == ["公告（更正）", "'=1+1", "停水通知"]
    assert [row["状态"] for row in rows] == ["公布中", "已更正", "已撤下"]
    assert first.check_code in held["index.html"].decode()
    assert "重复公布" in held[f"html/{first.notice.ref}-1.html"].decode()
    corrected = held[f"html/{second.notice.ref}-1.html"].decode()
    assert f'href="{second.notice.ref}-2.html"' in corrected and "。。" not in corrected
    assert len([name for name in held if name.startswith("notices/")]) == 4  # with the leaf of the withdrawal
    assert [row["text"] for row in json.loads(held["notices.json"])][2] == first.published_text
    assert b"<script" not in held["index.html"]
    status, said = verified(data, tmp_path, first.check_code[:5], first.check_code[-5:])
    assert status == 0, said
    assert "停水通知" in said
    assert download(if_none_match=response.headers["ETag"])[0].status_code == 304


def test_the_archive_takes_as_many_queries_with_more_in_it(desk, download, django_assert_num_queries):
    def publish(number):
        name = f"明细{number}.pdf"
        upload = SimpleUploadedFile(name, PDF + str(number).encode(), "application/pdf")
        place = {"audience": Audience.UNIT, "path": desk.liuxi.unit.path}
        file = store(upload, **place, by=desk.people.clerk.user, at=moment(4, 1, 8))
        desk.published(title=f"公告{number}", attachments=[(file, name)])

    publish(1)
    download("?files=1")  # signs the checkpoint
    with CaptureQueriesContext(connection) as captured:
        download("?files=1")
    few = len(captured)  # the next request empties the log of queries
    publish(2)
    desk.withdrawn(title="停水通知")
    download()
    with django_assert_num_queries(few):
        assert len(members(download("?files=1")[1])) > 10


def test_files_come_on_request_up_to_a_limit(desk, download, tmp_path, monkeypatch):

    unit, clerk = desk.liuxi.unit, desk.people.clerk.user
    upload = SimpleUploadedFile("明细.pdf", PDF, "application/pdf")
    file = store(upload, audience=Audience.UNIT, path=unit.path, by=clerk, at=moment(4, 1, 8))
    desk.published(attachments=[(file, "收支明细")])
    _response, data = download("?files=1")
    (name,) = [name for name in members(data) if name.startswith("files/")]
    assert members(data)[name] == PDF
    status, said = verified(data, tmp_path)
    assert (status, "附件 1 个，其中 0 个不在本档案中" in said) == (0, True), said
    small = download()[1]
    assert "不含附件" in members(small)["README.txt"].decode()
    status, said = verified(small, tmp_path)
    assert (status, "附件 1 个，其中 1 个不在本档案中" in said) == (0, True), said
    monkeypatch.setattr("governance.views.archive.FILES_LIMIT", 5)
    assert download("?files=1")[0].status_code == 413
    assert download()[0].status_code == 200


def test_a_file_that_names_people_is_in_it_no_longer_than_the_display(desk, client, download, tmp_path, monkeypatch):
    where = {"audience": Audience.UNIT, "path": desk.liuxi.unit.path, "by": desk.people.clerk.user}
    texts = {"名单.csv": "姓名,金额\n刘大力,500\n", "支出.csv": "项目,金额\n路灯,500\n"}
    uploads = [SimpleUploadedFile(name, text.encode(), "text/csv") for name, text in texts.items()]
    files = [store(upload, at=moment(4, 1, 8), **where) for upload in uploads]
    version = desk.published(attachments=[(file, file.name) for file in files])
    monkeypatch.setattr("governance.middleware.now", lambda: moment(5, 10))
    _response, data = download("?files=1")
    held = [content for name, content in members(data).items() if name.startswith("files/")]
    assert held == [texts["支出.csv"].encode()]
    status, said = verified(data, tmp_path)
    assert (status, "附件 2 个，其中 1 个不在本档案中" in said) == (0, True), said
    (page,) = [content.decode() for name, content in members(data).items() if name.startswith("html/")]
    assert page.count("可到公布单位查阅") == 1
    checked = client.get(reverse("check_record", args=[version.check_code]))
    names = [value for name, value in checked.context["found"].facts if value.endswith(".csv")]
    assert checked.context["found"].logged.holds and names == ["支出.csv"]


def test_names_that_are_masked_by_now_are_in_no_part_of_it(desk, download, tmp_path, monkeypatch):
    desk.published(text="经研究，李明明同志负责。")
    monkeypatch.setattr("governance.middleware.now", lambda: moment(5, 10))
    monkeypatch.setattr(
        archive, "public_texts", lambda versions, on: {row.pk: "经研究，李**同志负责。" for row in versions}
    )
    _response, data = download()
    assert not any("李明明".encode() in content for content in members(data).values())
    assert verified(data, tmp_path)[0] == 0


def test_a_row_touched_behind_the_portal_is_found_in_three_places(desk, client, download, tmp_path):
    version = desk.published(title="停水通知")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # a superuser, the triggers off
        NoticeVersion.objects.filter(pk=version.pk).update(
            published_text=version.published_text.replace("内容", "内客")
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verify_log", verbosity=0, stdout=out)
    assert version.notice.number in out.getvalue()
    assert 'role="alert"' in client.get(version.notice.get_absolute_url()).content.decode()
    status, said = verified(download()[1], tmp_path)
    assert status == 1
    assert version.check_code.replace("-", "") in said
