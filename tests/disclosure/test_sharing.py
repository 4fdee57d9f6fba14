"""Passing on: messages for groups, cards of links, and the notice as a long picture."""

import io
import re

import pytest
from django.urls import reverse
from PIL import Image

from disclosure import posters, text
from disclosure.models import Announcement, Notice
from disclosure.posters import NO_END, NO_START, Poster, draw, wrap
from disclosure.sharing import CARD, MOST, card_text, group_text
from tests.pages import body_of

ADDRESS = "https://portal.example/u/1/notices/residential-2026-3/"


def width(string):
    """A font whose characters are ten wide, ASCII five."""
    return sum(5 if char.isascii() else 10 for char in string)


@pytest.mark.parametrize("columns", range(60, 160, 7))
def test_chinese_lines_keep_their_marks(columns):
    line = "现将决议公布如下：“一、预算186000元（大写：壹拾捌万陆仟元整），其中……”，详见https://portal.example/u/1。《公约》；完。"
    lines = wrap(line, columns, width)
    assert "".join(lines) == line
    assert all(width(part) <= columns or len(part) == 1 for part in lines)
    assert not any(part[0] in NO_START for part in lines[1:])
    assert not any(part[-1] in NO_END for part in lines[:-1])
    if columns >= 80:
        assert any("186000" in part for part in lines)


@pytest.mark.parametrize("line", ["", "，，，，，，，，，，，，", "（（（（（（（（（（", "a" * 300, "好", "\t"])
def test_strange_lines_end(line):
    assert "".join(wrap(line, 40, width)) == line


def test_a_message_has_title_number_text_and_address():
    body = "现将决议公布如下：\n一、同意。\n项目\t预算\n装修\t132000\n联系电话：0000-8812300"
    message = group_text("关于助餐点的公告", body, ADDRESS, number="柳溪居公〔2026〕3号")
    assert message.split("\n") == [
        "【公告】关于助餐点的公告",
        "柳溪居公〔2026〕3号",
        "现将决议公布如下：",
        "一、同意。",
        "项目：装修，预算：132000",
        "联系电话：0000-8812300",
        f"查看全文、反映意见：{ADDRESS}",
    ]
    closed = group_text("救助名单", "张*", ADDRESS, closed=True)
    assert "张" not in closed and closed.endswith(ADDRESS)


def test_long_messages_end_with_the_address():
    message = group_text("题", "\n".join(["长" * 99] * 100), ADDRESS)
    assert len(message) < MOST + 200 and message.endswith(ADDRESS) and "全文请点开链接查看" in message
    assert len(card_text("长" * 500)) == CARD


@pytest.fixture(scope="module")
def faces():
    try:
        return posters.fonts()
    except posters.NoFont:
        pytest.skip("no Chinese font on this machine")


def poster(body, title="关于老年助餐点改造事项决议的公告", address=ADDRESS):
    return Poster(
        "柳溪社区居民委员会", "柳溪居公〔2026〕3号", title, tuple(text.blocks(body)), address, "扫码查看", "XG44X-5ARQM"
    )


def picture(faces, body, *title):
    return draw(poster(body, *title), *faces)


def test_nothing_in_the_picture_leaves_its_margins_and_telephones_begin_like_the_address(faces):
    body = f"联系电话：0000-8810010（居委会）、0000-8810011（值班）\n地址：柳溪路18号{ADDRESS * 3}，工作日14:00—18:00"
    # Kerning would make these longer than their letters.
    address = "http://127.0.0.1:8000/u/990101001001/notices/2026-residential-3/"
    drawing = posters.laid_out(poster(body, "关于" + "长" * 118, address), *faces)
    texts = [(place[0], rest[0], rest[1]) for kind, place, *rest in drawing.marks if kind == "text"]
    assert all(left >= posters.MARGIN for left, _line, _font in texts)
    assert all(left + font.getlength(line) <= posters.WIDTH - posters.MARGIN for left, line, font in texts)
    starts = {line[:2]: left for left, line, _font in texts}
    assert "核验码　XG44X-5ARQM" in [line for _left, line, _font in texts]
    assert starts["联系"] == starts["地址"] == posters.MARGIN + 80
    assert not any(line.startswith("00—") for _left, line, _font in texts)


def test_an_address_is_cut_behind_a_slash():
    assert wrap("http://a.example/u/990101001001/", 100, width) == ["http://a.example/u/", "990101001001/"]


def test_the_picture_is_1080_wide_and_as_high_as_its_text(faces):
    short = picture(faces, "一、同意。")
    long = picture(faces, "一、同意。\n" * 60 + "项目\t预算\n装修\t132000", "长" * 120)
    one, other = Image.open(io.BytesIO(short)), Image.open(io.BytesIO(long))
    assert one.format == other.format == "PNG" and one.width == other.width == posters.WIDTH
    assert one.height + 2000 < other.height and len(short) < 200_000
    # Black modules of the QR code stand below the text.
    corner = one.convert("L").crop((posters.MARGIN, one.height - 380, posters.MARGIN + posters.QR, one.height - 60))
    assert corner.getextrema()[0] == 0


def test_a_very_long_text_is_cut_with_a_hint(faces):
    image = Image.open(io.BytesIO(picture(faces, "居民反映" * 20_000)))
    assert image.height < posters.HIGHEST + 1000


def test_without_a_font_it_says_which_package_is_missing(world, settings, tmp_path):
    settings.PORTAL_FONT = str(tmp_path / "none.ttf")
    matter = world.matter("中心花园步道修缮")
    notice = matter.resolution_notice
    answer = world.client().get(reverse("notice_picture", args=[world.liuxi.code, notice.ref, 1]))
    assert answer.status_code == 503 and posters.PACKAGE in answer.content.decode()
    share = world.client().get(reverse("notice_share", args=[world.liuxi.code, notice.ref]))
    assert posters.PACKAGE in share.content.decode()
    card = world.client().get(notice.get_absolute_url()).content.decode()
    assert "img/share.png" in card and "picture-1" not in card


@pytest.fixture
def notice(world):
    return world.matter("中心花园步道修缮").resolution_notice


def picture_url(notice, number=1):
    return reverse("notice_picture", args=[notice.unit.code, notice.ref, number])


def test_the_picture_of_a_notice_is_drawn_once_for_each_content(world, notice, faces, monkeypatch):
    client = world.client()
    first = client.get(picture_url(notice))
    assert first.headers["Content-Type"] == "image/png" and first.headers["Cache-Control"] == "no-cache"
    monkeypatch.setattr(posters, "draw", None)
    assert client.get(picture_url(notice)).content == first.content
    etag = first.headers["ETag"]
    for known in (etag, f"W/{etag}", "*"):
        assert client.get(picture_url(notice), headers={"If-None-Match": known}).status_code == 304
    assert client.get(picture_url(notice, 7)).status_code == 404


def test_lists_of_people_in_need_are_not_passed_on(world, faces, monkeypatch):
    notice = next(row for row in Notice.objects.public() if row.unit_id == world.liuxi.pk)
    monkeypatch.setattr(type(notice), "row", type("Row", (), {"noindex": True, "title": ""})())
    client = world.client()
    assert client.get(picture_url(notice)).status_code == 404
    share = client.get(reverse("notice_share", args=[world.liuxi.code, notice.ref]))
    assert notice.current.published_text[:12] not in share.context["text"]
    assert share.headers["X-Robots-Tag"]
    page = client.get(notice.get_absolute_url()).content.decode()
    card = re.findall(r'<meta property="og:(?:description|image)" content="([^"]*)"', page)
    assert card[0] == notice.issuer.name and card[1].endswith("img/share.png")


def test_cards_of_links(world, notice, faces):
    matter = world.matter("老年助餐点改造")
    announcement = Announcement.objects.public().filter(unit=world.liuxi).first()
    for address, title in (
        (notice.get_absolute_url(), notice.newest.title),
        (matter.get_absolute_url(), matter.title),
        (announcement.get_absolute_url(), announcement.title),
        (world.liuxi.get_absolute_url(), world.liuxi.name),
    ):
        page = world.client().get(address).content.decode()
        card = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)"', page))
        assert card["title"] == title and card["url"] == f"http://testserver{address}"
        assert card["image"].startswith("http://testserver/") and card["description"]
        assert f'<meta itemprop="image" content="{card["image"]}">' in page


def test_the_share_page_has_the_text_to_copy(world, notice):
    page = world.client().get(reverse("notice_share", args=[world.liuxi.code, notice.ref]))
    assert page.context["text"].startswith(f"【公告】{notice.current.title}\n{notice.number}\n")
    assert page.context["text"].endswith(f"http://testserver{notice.get_absolute_url()}")
    assert "js/copy.js" in page.content.decode() and "readonly" in page.content.decode()
    row = Announcement.objects.public().filter(unit=world.liuxi).first()
    page = world.client().get(reverse("announcement_share", args=[world.liuxi.code, row.pk]))
    assert page.context["text"].startswith(f"【通知】{row.title}")
    Announcement.objects.filter(pk=row.pk).update(
        withdrawn_at=row.signed_at, withdrawn_by=row.signed_by, withdrawn_reason="有误"
    )
    assert world.client().get(reverse("announcement_share", args=[world.liuxi.code, row.pk])).status_code == 404


def test_the_call_of_a_meeting_as_a_message(world):
    meeting = world.meeting("图书角夜间开放", "resolve")
    page = world.client("supervisor").get(reverse("meeting_group_text", args=[meeting.pk]))
    message = page.context["text"]
    assert message.startswith("【会议通知】柳溪社区居民代表会议\n各位居民代表") and "地点：" in message
    assert "柳溪社区居民委员会" in message and message.rsplit("/", 4)[1] == world.liuxi.code or "/matters/" in message


def test_a_telephone_number_in_a_paragraph_stays_whole():
    (block,) = text.blocks("公布期限：2026年6月13日至6月27日。 监督电话：0000-8812366、0000-8810012")
    whole = ["2026年6月13日", "6月27日", "0000-8812366", "0000-8810012"]
    assert [part for part, is_whole in block.parts if is_whole] == whole
    assert "".join(part for part, _is_whole in block.parts) == block.text
    assert text.blocks("经研究决定。")[0].parts == ()


def test_files_of_pictures_are_kept_among_the_files(world, notice, faces, settings):
    body_of(world.client().get(picture_url(notice)))
    from pathlib import Path

    assert list(Path(settings.MEDIA_ROOT).rglob("posters/*/*.png"))
