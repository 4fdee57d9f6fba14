"""On a phone: a second factor is set up, then password and code open the desk, then a recovery code."""

import base64
import time

import pytest
from django.utils.translation import gettext as _
from django_otp.oath import TOTP

from governance.demo import PASSWORD
from orgs.models import User

pytestmark = pytest.mark.slow


def shown(secret, steps=0):
    """What the app shows `steps` half minutes from now."""
    totp = TOTP(base64.b32decode(secret.replace(" ", "")))
    totp.time = time.time() + 30 * steps
    return f"{totp.token():06d}"


def test_second_factor(town, desk_for, settings):
    settings.OTP_TOTP_SYNC = False  # a code sent at the very end of its half minute would shift the window of the next
    desk = desk_for("tanglei", phone=True, axe=True)
    desk.open("/desk/")
    desk.press(_("Second factor"), "footer")
    desk.check("none")
    desk.press(_("Set it up"))
    desk.check("setup")
    assert desk.page.evaluate("document.querySelector('main img').naturalWidth") > 0
    secret = desk.page.inner_text(".secret")
    desk.fill({_("Verification code"): "12345"})
    desk.press(_("Confirm and switch it on"))
    assert desk.page.inner_text(".secret") == secret
    desk.fill({_("Verification code"): shown(secret)})
    desk.press(_("Confirm and switch it on"))
    desk.check("codes")
    recovery = desk.page.locator(".codes li").all_inner_texts()
    desk.press(_("I have written them down"))
    assert desk.path == "/desk/"

    desk.press(_("Log out"), "header")
    desk.log_in("tanglei", PASSWORD, "/desk/matters/")
    assert desk.path == "/login/code/"
    desk.check("code")
    desk.fill({_("Verification code"): shown(secret, 1)})
    desk.press(_("Log in"))
    assert desk.path == "/desk/matters/"
    desk.check("matters")

    desk.press(_("Log out"), "header")
    desk.log_in("tanglei", PASSWORD)
    desk.fill({_("Verification code"): recovery[0].lower()})
    desk.press(_("Log in"))
    desk.reads("9", within="[role=status]")
    desk.check("desk")
    assert User.objects.get(username="tanglei").second_factor_at
