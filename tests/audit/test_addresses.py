"""The sender's address: of the connection, or behind the portal's proxy the last one the proxy wrote down."""

import pytest
from axes.helpers import get_client_ip_address
from django.test import RequestFactory

from audit.addresses import client_address


@pytest.mark.parametrize(
    ("behind_proxy", "chain", "expected"),
    [
        (False, None, "127.0.0.1"),
        (False, "192.0.2.1", "127.0.0.1"),
        (True, "192.0.2.1", "192.0.2.1"),
        (True, "198.51.100.9, 192.0.2.1", "192.0.2.1"),
        (True, None, "127.0.0.1"),
    ],
)
def test_the_sender_cannot_choose_its_address(settings, behind_proxy, chain, expected):
    settings.BEHIND_TLS = behind_proxy
    headers = {"X-Forwarded-For": chain} if chain else {}
    request = RequestFactory().get("/", headers=headers)
    assert client_address(request) == expected
    assert get_client_ip_address(request) == expected
