"""In the browser: an administrator makes an account, its owner opens it with the printed link, on a phone."""

import pytest

from orgs.models import Term, User
from tests import factories
from tests.browser.axe import violations

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
NEW = "青禾-harvest-2026"
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def complaints():
    """What the browser complains about: refused scripts and styles, missing files, script errors."""
    found = []
    yield found
    assert found == []


def listen(page, complaints):
    page.on("console", lambda message: message.type == "error" and complaints.append((page.url, message.text)))
    page.on("pageerror", lambda error: complaints.append((page.url, str(error))))


def press(page, selector):
    """Click what leads to another page, and wait for that."""
    with page.expect_navigation():
        page.click(selector)


def log_in(page, server, username, password, path="/login/"):
    page.goto(f"{server.url}{path}")
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    press(page, "main button[type=submit]")


def axe(page):
    """Nothing that axe finds wrong, and nothing wider than the screen."""
    found = violations(page)
    assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_account_from_the_administration_to_the_first_login(live_server, page, browser, liuxi, complaints, script):
    root = liuxi.people.administrator.user
    root.set_password(factories.PASSWORD)
    root.save(update_fields=["password"])
    person = liuxi.persons["方建国"]

    listen(page, complaints)
    log_in(page, live_server, "admin", factories.PASSWORD, "/admin/")
    assert page.url == f"{live_server.url}/admin/"
    page.goto(f"{live_server.url}/admin/orgs/person/{person.pk}/change/")
    press(page, ".object-tools a[href*='/orgs/user/add/']")
    assert page.input_value("#id_person") == str(person.pk)
    page.fill("#id_username", "fangjianguo")
    press(page, "input[name=_save]")
    link = page.text_content("code")
    assert page.locator("svg path").count() >= 1, "the QR code"

    context = browser.new_context(viewport=PHONE, java_script_enabled=script)
    phone = context.new_page()
    listen(phone, complaints)
    phone.goto(link)
    if script:
        axe(phone)
    phone.fill("#id_new_password1", NEW)
    phone.fill("#id_new_password2", NEW + "x")
    press(phone, "main button[type=submit]")
    assert phone.get_attribute("#id_new_password2", "aria-invalid") == "true"
    if script:
        axe(phone)
    phone.fill("#id_new_password1", NEW)
    phone.fill("#id_new_password2", NEW)
    press(phone, "main button[type=submit]")
    assert phone.url == f"{live_server.url}/login/"
    if script:
        axe(phone)
    log_in(phone, live_server, "fangjianguo", NEW)
    assert phone.url == f"{live_server.url}/desk/"
    phone.goto(f"{live_server.url}/accounts/password/")
    if script:
        axe(phone)
    phone.goto(f"{live_server.url}/desk/units/{liuxi.unit.code}/composition/")
    if script:
        axe(phone)
    context.close()


def test_hand_over_and_move_under_the_strict_policy(live_server, page, liuxi, complaints):
    User.objects.create_superuser("root", password=factories.PASSWORD)
    listen(page, complaints)
    log_in(page, live_server, "root", factories.PASSWORD, "/admin/")

    body = liuxi.bodies["supervision_committee"]
    page.goto(f"{live_server.url}/admin/orgs/body/{body.pk}/hand_over/")
    page.click(".datetimeshortcuts a >> nth=0")  # today: Django's own script works
    assert page.input_value("#id_on")
    page.fill("#id_on", "2026-11-01")
    page.fill("#id_source", "换届选举")
    with page.expect_popup() as opened:
        page.click("#lookup_id_seats-0-person")
    with opened.value as popup:
        popup.fill("#searchbar", "吴秀珍")
        popup.press("#searchbar", "Enter")
        popup.click("text=吴秀珍")
    assert page.input_value("#id_seats-0-person") == str(liuxi.persons["吴秀珍"].pk)
    press(page, "input[name=confirm]")
    assert Term.objects.get(body=body, office="chair", ended_on=None).person == liuxi.persons["吴秀珍"]

    page.goto(f"{live_server.url}/admin/orgs/orgunit/{liuxi.compound.pk}/move/")
    page.fill("#id_parent", liuxi.other.code)
    press(page, "input[name=preview]")
    press(page, "input[name=confirm]")
    liuxi.compound.refresh_from_db()
    assert liuxi.compound.parent == liuxi.other
