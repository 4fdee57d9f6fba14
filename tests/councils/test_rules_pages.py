"""/rules/ and /rules/<key>/: public pages and data computed by the function that real votes use."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from councils.voting import KEYS, Counts, rule_for, tally

pytestmark = pytest.mark.django_db
VALID = {"entitled": "63", "present": "51", "for": "45", "against": "3", "abstain": "2", "invalid": "1"}
OWNERS = {
    "entitled": "900",
    "present": "600",
    "for": "301",
    "against": "200",
    "abstain": "99",
    "area_entitled": "90000",
    "area_participating": "60000",
    "area_for": "30001",
}
TODAY = {"on": "2026-11-22"}


def page(client, key, query=None):
    return client.get(reverse("councils:rule", args=[key]), query or {})


def data(client, key, query):
    response = page(client, key, {**TODAY, **query, "format": "json"})
    return response.status_code, response.json()


@pytest.mark.parametrize("key", KEYS)
def test_rule_page_is_public_and_makes_no_query(client, key, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = page(client, key)
    assert response.status_code == 200
    assert response.context["explanation"] is None
    assert not response.context["form"].is_bound


def test_rules_list_links_every_rule_in_force(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get(reverse("councils:rules"))
    html = response.content.decode()
    for key in KEYS:
        assert reverse("councils:rule", args=[key]) in html


def test_json_has_exactly_the_agreed_names(client):
    status, body = data(client, "residents_reps", VALID)
    assert status == 200
    assert body["rule"] == "residents_reps"
    assert body["version"] == "2026-1"
    assert body["outcome"] == "carried"
    assert body["quorum_met"] is True
    assert body["required"] == {"present": 42, "for": 26}
    assert isinstance(body["explanation"], str) and "51" in body["explanation"] and "26" in body["explanation"]
    assert body["basis"]
    assert set(body) == {
        "rule", "version", "mode", "on", "outcome", "quorum_met", "required", "explanation", "basis",
    }  # fmt: skip


def test_page_and_json_and_real_votes_agree(client):
    result = tally(rule_for("residents_reps", on=date(2026, 11, 22)), Counts(63, 51, 45, 3, 2, 1))
    response = page(client, "residents_reps", VALID | TODAY)
    assert response.status_code == 200
    assert response.context["form"].result == result
    assert data(client, "residents_reps", VALID)[1]["explanation"] == response.context["explanation"].text


def test_page_shows_the_result_block(client):
    html = page(client, "residents_reps", VALID | TODAY).content.decode()
    assert 'class="result carried"' in html
    assert 'class="result lost"' in page(client, "residents_reps", VALID | TODAY | {"for": "5"}).content.decode()
    void = page(client, "residents_reps", VALID | TODAY | {"entitled": "100"}).content.decode()
    assert 'class="result"' in void and 'class="tally"' not in void


def test_owners_are_counted_by_heads_and_area(client):
    status, body = data(client, "owners_ordinary", OWNERS)
    assert (status, body["outcome"]) == (200, "carried")
    assert body["required"] == {"present": 600, "for": 301, "area_participating": 60000, "area_for": 30000.01}
    assert body["area_unit"] == "m²"
    assert data(client, "owners_special", OWNERS)[1]["outcome"] == "not_carried"


@pytest.mark.parametrize(
    ("area", "outcome"), [("30000", "not_carried"), ("30000.00", "not_carried"), ("30000.01", "carried")]
)
def test_area_is_exact_to_a_hundredth(client, area, outcome):
    assert data(client, "owners_ordinary", OWNERS | {"area_for": area})[1]["outcome"] == outcome


@pytest.mark.parametrize("key", ["owners_ordinary", "owners_special"])
@pytest.mark.parametrize("field", ["area_entitled", "area_participating", "area_for"])
@pytest.mark.parametrize("value", [None, "", "-1", "1.234", "1e3", "x", "1,000", ".5", "5.", "9" * 3000])
def test_bad_areas_are_refused_at_their_field(client, key, field, value):
    query = {name: text for name, text in (OWNERS | {field: value}).items() if text is not None}
    status, body = data(client, key, query)
    assert status == 400
    assert set(body) == {"errors"} and body["errors"][field]


@pytest.mark.parametrize("field", ["entitled", "present", "for", "against", "abstain"])
@pytest.mark.parametrize(
    "value", [None, "", " ", "-1", "－1", "+5", "1e3", "1_000", "1.0", "0x10", "五", "٣", "²", "1\x00", "9" * 3000]
)
def test_bad_numbers_are_refused_at_their_field(client, field, value):
    query = {name: text for name, text in (VALID | {field: value}).items() if text is not None}
    status, body = data(client, "residents_reps", query)
    assert status == 400
    assert set(body) == {"errors"} and body["errors"][field]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"present": "64"}, "present"),
        ({"for": "52"}, "for"),
        ({"against": "7"}, "for"),
        ({"invalid": "2"}, "for"),
        ({"entitled": "0", "present": "0", "for": "0", "against": "0", "abstain": "0", "invalid": "0"}, "entitled"),
        ({"entitled": "1000000001"}, "entitled"),
        ({"area_for": "10"}, "area_for"),
        ({"mode": "adults"}, "mode"),
        ({"on": "2026-02-30"}, "on"),
        ({"on": "2026-3-1"}, "on"),
        ({"on": "yesterday"}, "on"),
        ({"on": "1989-12-31"}, "on"),
    ],
)
def test_contradictions_are_refused(client, change, field):
    status, body = data(client, "residents_reps", VALID | change)
    assert status == 400
    assert list(body["errors"]) == [field]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"area_participating": "90000.01"}, "area_participating"),
        ({"area_for": "60000.01"}, "area_for"),
        ({"area_for": "0"}, "area_for"),
        ({"for": "0"}, "area_for"),
        ({"area_entitled": "0"}, "area_entitled"),
    ],
)
def test_heads_and_area_must_not_contradict(client, change, field):
    status, body = data(client, "owners_ordinary", OWNERS | change)
    assert status == 400
    assert field in body["errors"]


def test_a_number_given_twice_is_refused(client):
    response = client.get(
        reverse("councils:rule", args=["residents_reps"])
        + "?entitled=63&present=51&for=5&for=45&against=3&abstain=2&format=json"
    )
    assert response.status_code == 400
    assert "for" in response.json()["errors"]


def test_full_width_digits_are_understood(client):
    full = {name: text.translate(str.maketrans("0123456789", "０１２３４５６７８９")) for name, text in VALID.items()}
    assert data(client, "residents_reps", full | {"on": "２０２６-０３-３１"}) == data(
        client, "residents_reps", VALID | {"on": "2026-03-31"}
    )


def test_wrong_numbers_stay_in_the_form_with_a_summary(client):
    response = page(client, "residents_reps", VALID | {"present": "6４"})
    html = response.content.decode()
    assert response.status_code == 400
    assert response.context["explanation"] is None
    assert 'class="error-summary"' in html and 'href="#id_present"' in html
    assert 'value="6４"' in html and 'value="45"' in html


@pytest.mark.parametrize("extra", [{"mode": "adults"}, {"area_for": "10"}])
def test_a_refused_extra_is_shown_where_the_summary_leads(client, extra):
    html = page(client, "residents_reps", VALID | TODAY | extra).content.decode()
    (name,) = extra
    assert f'href="#id_{name}"' in html and f'id="id_{name}"' in html


def test_data_without_numbers_names_every_missing_field(client):
    status, body = data(client, "residents_reps", {})
    assert (status, set(body["errors"])) == (400, {"entitled", "present", "for", "against", "abstain"})
    assert set(data(client, "owners_ordinary", {})[1]["errors"]) == set(OWNERS)


def test_mode_decides(client):
    counts = {"entitled": "60", "present": "40", "for": "40", "against": "0", "abstain": "0"}
    assert data(client, "urc_election", counts | {"mode": "representatives"})[1]["outcome"] == "no_quorum"
    assert data(client, "urc_election", counts | {"mode": "voters"})[1]["outcome"] == "carried"
    assert data(client, "urc_election", counts)[1]["mode"] == "voters"
    assert data(client, "urc_election", counts | {"mode": "captains"})[0] == 400


def test_day_decides(client):
    counts = {"entitled": "60", "present": "31", "for": "16", "against": "0", "abstain": "0"}
    old = data(client, "residents_reps", counts | {"on": "2025-12-31"})[1]
    new = data(client, "residents_reps", counts | {"on": "2026-01-01"})[1]
    assert (old["outcome"], old["version"]) == ("carried", "1990-1")
    assert (new["outcome"], new["version"]) == ("no_quorum", "2026-1")


def test_the_day_of_the_request_is_the_default(client, monkeypatch):
    monkeypatch.setattr("governance.middleware.now", lambda: datetime(2025, 6, 1, 2, tzinfo=UTC))
    response = page(client, "residents_reps", VALID | {"format": "json"})
    assert (response.json()["version"], response.json()["on"]) == ("1990-1", "2025-06-01")


def test_mode_and_day_alone_show_the_rule_without_errors(client):
    response = page(client, "residents_meeting", {"mode": "group_delegates", "on": "2025-05-01"})
    assert response.status_code == 200
    assert response.context["rule"].version == "1990-1"
    assert "error-summary" not in response.content.decode()
    assert page(client, "residents_meeting", {"mode": "group_delegates", "on": "2026-05-01"}).status_code == 400


def test_unknown_rule_is_not_found(client):
    assert page(client, "nonsense").status_code == 404
    response = page(client, "nonsense", {"format": "json"})
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/json"


def test_nothing_is_changed_by_post(client):
    assert client.post(reverse("councils:rule", args=["residents_reps"]), VALID).status_code == 405
    assert client.post(reverse("councils:rules")).status_code == 405


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_both_languages_explain(client, language, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for key in KEYS:
        query = OWNERS if key in ("owners_ordinary", "owners_special") else VALID
        response = page(client, key, query | TODAY)
        assert response.status_code == 200, (key, response.context["form"].errors)
        assert all(response.context["explanation"].sentences)
