"""Posters: sizes, months, long texts made short, the PDF and what happens where nothing can print."""

import datetime
import io
import shutil
import stat

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from pypdf import PdfReader

from disclosure import printing, text
from disclosure.enums import Board
from disclosure.sheets import OPENING, ROWS, Paper, beside, month_of, shortened
from disclosure.views.posters import qr_svg
from orgs.models import Body, OrgUnit

CODE = "990101001001"
TODAY = datetime.date(2026, 4, 1)
PDF = b"%PDF-1.4 a poster"


@pytest.mark.parametrize(
    ("asked", "first"),
    [("", TODAY), (None, TODAY), ("2026-03", datetime.date(2026, 3, 1)), ("2026-05", None)]
    + [(asked, None) for asked in ("2026-13", "2026-4", "x", "2026-04-01", "9999-01", "２０２６-04")],
)
def test_a_month_is_one_that_has_begun(asked, first):
    assert month_of(asked, TODAY) == first


def test_the_months_beside_do_not_lie_ahead():
    assert beside(TODAY, TODAY) == [datetime.date(2026, 3, 1)]
    assert beside(datetime.date(2025, 12, 1), TODAY) == [datetime.date(2025, 11, 1), datetime.date(2026, 1, 1)]


def test_unknown_paper_is_a4():
    assert [Paper.of(asked) for asked in ("a3", "a4", "a0", None)] == [Paper.A3, Paper.A4, Paper.A4, Paper.A4]


def test_a_short_text_stays_and_a_long_one_keeps_its_opening():
    short = text.blocks("一、总体情况\n已完成。")
    assert shortened(short) == (short, False)
    kept, is_short = shortened(text.blocks("开" * 100 + "\n" + "场" * 700 + "\n项目\t金额\n甲\t1"))
    assert is_short and [block.kind for block in kept] == ["paragraph", "paragraph"]
    assert sum(len(block.text.rstrip("…")) for block in kept) == OPENING
    (table,), is_short = shortened(text.blocks("项目\t金额\n" + "甲\t1\n" * 400))
    assert is_short and len(table.rows) == ROWS
    assert shortened(text.blocks(("列\t" * 7 + "列\n") * 400)) == ([], True)


@pytest.mark.parametrize(("columns", "word"), [(5, ""), (6, "broad"), (8, "broader"), (10, "broadest")])
def test_a_table_of_many_columns_is_fitted(columns, word):
    (table,) = text.blocks("\n".join(["\t".join("列" * columns)] * 2))
    assert table.breadth == word


def test_a_table_of_days_and_amounts_is_fitted_by_their_room():
    cells = ["2026年10月11日", "老年助餐点灶具购置和安装", "服群〔2026〕011号", "1,150,000.00", "陈建国"]
    (table,) = text.blocks("\n".join(["\t".join(cells)] * 2))
    assert [cell.is_whole for cell in table.rows[0]] == [True, False, True, True, True] and not table.breadth
    (table,) = text.blocks("\n".join(["\t".join([cells[0], *cells[2:4], *cells[2:4]])] * 2))
    assert table.breadth == "broad"


def address(name, *args, **query):
    return reverse(name, args=[CODE, *args], query=query)


@pytest.fixture
def notice(desk, clock):
    clock(4, 10)
    return desk.published(title="关于老年助餐点改造事项决议的公告", text="现公布如下：\n一、改造为老年助餐点。").notice


@pytest.fixture
def chromium(settings, tmp_path):
    """`chromium(script)`: a shell script that stands for Chromium; it knows `out`."""

    def install(script):
        path = tmp_path / "chromium"
        path.write_text(
            f'#!/bin/sh\nfor word in "$@"; do case $word in --print-to-pdf=*) out=${{word#*=}};; esac; done\n{script}'
        )
        path.chmod(path.stat().st_mode | stat.S_IEXEC)
        settings.PORTAL_CHROMIUM = str(path)

    return install


def test_a_notice_is_shown_on_the_paper_that_was_asked_for(client, notice):
    assert 'class="sheet poster a4"' in client.get(address("notice_poster", notice.ref)).content.decode()
    page = client.get(address("notice_poster", notice.ref, paper="a3")).content.decode()
    assert notice.current.check_code and notice.current.check_code in page
    assert 'class="sheet poster a3"' in page and "<svg" in page and 'style="' not in page


def test_a_poster_after_the_display_says_so_and_that_names_are_masked(client, desk, clock):
    notice = desk.published(text="居民张三反映。").notice
    said = _("Display over (archive copy)"), _("Names are masked")
    page = client.get(address("notice_poster", notice.ref)).content.decode()
    assert not any(words in page for words in said)
    clock(12, 1)
    page = client.get(address("notice_poster", notice.ref)).content.decode()
    assert all(words in page for words in said) and "张*" in page


def test_a_notice_keeps_the_names_of_its_signature(client, desk, notice):
    Body.objects.filter(pk=notice.issuer_id).update(name="改名村民委员会")
    OrgUnit.objects.filter(pk=notice.unit_id).update(kind="village")
    later = desk.published(month=4, day=10, title="改名以后的公告").notice
    for name, args in (("notice_poster", [notice.ref]), ("board_poster", ["residential"])):
        assert "柳溪社区居民委员会" in client.get(address(name, *args, month="2026-04")).content.decode()
    names = [client.get(each.get_absolute_url()).context["board_name"] for each in (notice, later)]
    assert names == [Board.RESIDENTIAL.label, _("Village affairs")]


def test_a_board_has_what_was_displayed_in_the_month(client, desk, clock, django_assert_max_num_queries):
    march = desk.published(month=3, day=10, title="三月的公告")
    april = desk.published(month=4, day=1, title="四月的公告", text="长" * 700)
    desk.withdrawn(month=4, day=1, title="撤回的公告")
    clock(5, 2)
    with django_assert_max_num_queries(6):
        response = client.get(address("board_poster", "residential", month="2026-04"))
    page = response.content.decode()
    assert qr_svg(f"http://testserver/check/{april.check_code}/") in page
    assert april.title in page and march.title not in page and "撤回的公告" not in page
    assert "长" * 160 + "……" in page and "长" * 161 not in page
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert (
        "长" * 700 in client.get(address("board_poster", "residential", month="2026-04", text="full")).content.decode()
    )
    assert march.title in client.get(address("board_poster", "residential", month="2026-03")).content.decode()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")  # a superuser, the triggers off
        cursor.execute("UPDATE disclosure_noticeversion SET published_text = '别的' WHERE id = %s", [april.pk])
        touched = client.get(address("board_poster", "residential", month="2026-04")).content.decode()
        assert april.check_code not in touched and "别的" not in touched and 'class="void"' in touched
        transaction.set_rollback(True)
    assert (
        _("Nothing was published or is on display in this month.")
        in client.get(address("board_poster", "residential", month="2026-01")).content.decode()
    )
    for wrong in ({"month": "2026-06"}, {"month": "x"}):
        assert client.get(address("board_poster", "residential", **wrong)).status_code == 404
    assert client.get(address("board_poster", "compound")).status_code == 404


def test_a_pdf_is_printed_once_for_each_content(client, notice, chromium, tmp_path):
    chromium(f'echo x >> {tmp_path}/runs; printf %s "{PDF.decode()}" > "$out"')
    url = address("notice_poster_pdf", notice.ref, paper="a3")
    assert url.replace("&", "&amp;") in client.get(address("notice_poster", notice.ref, paper="a3")).content.decode()
    first, again = client.get(url), client.get(url)
    assert first.content == again.content == PDF and first.headers["Content-Type"] == "application/pdf"
    assert "noindex" in first.headers["X-Robots-Tag"]
    assert (tmp_path / "runs").read_text() == "x\n"
    assert client.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.get(address("board_poster_pdf", "residential")).content == PDF


def test_the_browser_gets_one_file_that_asks_for_nothing(client, notice, chromium, tmp_path):
    chromium(f'for word in "$@"; do last=$word; done; cp "${{last#file://}}" {tmp_path}/page.html; echo PDF > "$out"')
    client.get(address("notice_poster_pdf", notice.ref))
    html = (tmp_path / "page.html").read_text()
    assert "default-src 'none'" in html and "<script" not in html and "src=" not in html and "<link" not in html
    assert notice.current.title in html and "@page poster-a4" in html


@pytest.mark.parametrize("script", ["exit 3", "exit 0", "sleep 9"])
def test_a_browser_that_fails_is_told_in_words(client, notice, chromium, script, monkeypatch):
    monkeypatch.setattr(printing, "SECONDS", 0.2)
    chromium(script)
    response = client.get(address("notice_poster_pdf", notice.ref))
    assert response.status_code == 503 and response.headers["Retry-After"]
    assert (
        _("Printing is busy. Please try again in a minute, or print the poster from your browser.")
        == response.content.decode()
    )


def test_who_comes_when_enough_wait_is_told_so(client, notice, chromium):
    chromium('echo PDF > "$out"')
    for _waiting in range(printing.WAITING):
        printing._queue.acquire()
    try:
        assert client.get(address("notice_poster_pdf", notice.ref)).status_code == 503
    finally:
        for _waiting in range(printing.WAITING):
            printing._queue.release()


def test_without_a_browser_there_is_no_dead_button(client, notice, settings):
    settings.PORTAL_CHROMIUM = "/nowhere/chromium"
    page = client.get(address("notice_poster", notice.ref)).content.decode()
    assert "poster.pdf" not in page and _("“Save as PDF” is among its printers.") in page
    assert client.get(address("notice_poster_pdf", notice.ref)).status_code == 404


@pytest.mark.skipif(not any(map(shutil.which, printing.PROGRAMS)), reason="no Chromium on this machine")
def test_chromium_prints_numbered_sheets(client, notice):
    response = client.get(address("notice_poster_pdf", notice.ref, paper="a3"))
    (sheet,) = PdfReader(io.BytesIO(response.content)).pages
    assert [round(float(side)) for side in sheet.mediabox[2:]] == [842, 1191]
    assert "1 / 1" in sheet.extract_text()
