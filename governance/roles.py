"""Which office brings which powers, and how far. One table; `sync_grants` turns terms into grants.

Party-internal records stay with the Party organisation of the unit itself: `see_party_internal` never reaches further
than the unit, and no supervisor, owner or street office has it.
"""

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from orgs.enums import Reach
from orgs.models import OrgUnit
from orgs.powers import Power
from orgs.signals import terms_changed


def here(*powers):
    """Powers at the unit of the body alone."""
    return tuple((power, Reach.UNIT) for power in powers)


def below(*powers):
    """Powers at the unit of the body and everything below it."""
    return tuple((power, Reach.BELOW) for power in powers)


_PARTY_SECRETARY = here(
    Power.RUN_MEETINGS,
    Power.CONFIRM_RECORDS,
    Power.SIGN_PARTY_NOTICES,
    Power.SEE_INTERNAL,
    Power.SEE_PARTY_INTERNAL,
)
_PARTY_MEMBER = here(Power.SEE_INTERNAL, Power.SEE_PARTY_INTERNAL)
_SELF_GOVERNMENT_CHAIR = here(Power.CONFIRM_RECORDS) + below(
    Power.SIGN_NOTICES, Power.ANSWER_RESIDENTS, Power.SEE_INTERNAL
)
_SELF_GOVERNMENT_MEMBER = below(Power.SEE_INTERNAL)
_SUPERVISOR = here(Power.REVIEW_NOTICES, Power.SEE_INTERNAL)
_OWNERS_CHAIR = here(
    Power.RUN_MEETINGS, Power.CONFIRM_RECORDS, Power.SIGN_NOTICES, Power.ANSWER_RESIDENTS, Power.SEE_INTERNAL
)
_OWNERS_MEMBER = here(Power.RUN_MEETINGS, Power.DRAFT_NOTICES, Power.SEE_INTERNAL)
_STREET = below(Power.OVERSEE, Power.SEE_INTERNAL)

# (body kind, office) -> ((power, reach), ...). An office that is not here brings no power.
ROLES = {
    # Street: reminders, filings and sample checks below; nothing Party-internal.
    ("street_party_committee", "secretary"): _STREET,
    ("street_party_committee", "deputy_secretary"): _STREET,
    ("street_party_committee", "committee_member"): _STREET,
    ("organisation_office", "officer"): _STREET,
    ("governance_office", "officer"): _STREET,
    ("finance_office", "officer"): _STREET,
    ("discipline_office", "officer"): _STREET,
    ("portal_administration", "administrator"): below(Power.MANAGE_UNITS, Power.MANAGE_TERMS),
    # The community's Party organisation.
    ("party_committee", "first_secretary"): _PARTY_MEMBER,
    ("party_committee", "secretary"): _PARTY_SECRETARY,
    ("party_committee", "full_time_deputy"): _PARTY_MEMBER,
    ("party_committee", "deputy_secretary"): _PARTY_MEMBER,
    ("party_committee", "committee_member"): _PARTY_MEMBER,
    ("party_committee", "part_time_member"): _PARTY_MEMBER,
    ("party_committee", "party_worker"): here(
        Power.RUN_MEETINGS, Power.DRAFT_NOTICES, Power.SEE_INTERNAL, Power.SEE_PARTY_INTERNAL
    ),
    # Self-government of residents and villagers.
    ("residents_committee", "chair"): _SELF_GOVERNMENT_CHAIR,
    ("residents_committee", "deputy_chair"): _SELF_GOVERNMENT_MEMBER,
    ("residents_committee", "committee_member"): _SELF_GOVERNMENT_MEMBER,
    ("villagers_committee", "chair"): _SELF_GOVERNMENT_CHAIR,
    ("villagers_committee", "deputy_chair"): _SELF_GOVERNMENT_MEMBER,
    ("villagers_committee", "committee_member"): _SELF_GOVERNMENT_MEMBER,
    ("supervision_committee", "chair"): _SUPERVISOR,
    ("supervision_committee", "deputy_chair"): _SUPERVISOR,
    ("supervision_committee", "committee_member"): _SUPERVISOR,
    ("village_supervision_committee", "chair"): _SUPERVISOR,
    ("village_supervision_committee", "deputy_chair"): _SUPERVISOR,
    ("village_supervision_committee", "committee_member"): _SUPERVISOR,
    ("community_staff", "worker"): below(
        Power.RUN_MEETINGS, Power.DRAFT_NOTICES, Power.ANSWER_RESIDENTS, Power.SEE_INTERNAL
    ),
    # Compounds.
    ("branch_committee", "secretary"): _PARTY_SECRETARY,
    ("branch_committee", "deputy_secretary"): here(Power.RUN_MEETINGS) + _PARTY_MEMBER,
    ("branch_committee", "committee_member"): here(Power.RUN_MEETINGS) + _PARTY_MEMBER,
    ("owners_committee", "chair"): _OWNERS_CHAIR,
    ("owners_committee", "deputy_chair"): _OWNERS_MEMBER,
    ("owners_committee", "committee_member"): _OWNERS_MEMBER,
    ("interim_property_committee", "chair"): _OWNERS_CHAIR,
    ("interim_property_committee", "deputy_chair"): _OWNERS_MEMBER,
    ("interim_property_committee", "committee_member"): _OWNERS_MEMBER,
    ("courtyard_committee", "chair"): _OWNERS_CHAIR,
    ("courtyard_committee", "deputy_chair"): _OWNERS_MEMBER,
    ("courtyard_committee", "committee_member"): _OWNERS_MEMBER,
    ("supervisory_board", "head"): _SUPERVISOR,
    ("supervisory_board", "supervisor"): _SUPERVISOR,
    ("property_company", "manager"): here(Power.DRAFT_NOTICES, Power.ANSWER_RESIDENTS),
}

_WANTED = """
    WITH role (body_kind, office, power, reach) AS (
        SELECT * FROM unnest(%(kinds)s::text[], %(offices)s::text[], %(powers)s::text[], %(reaches)s::text[])
    ), wanted AS (
        SELECT person.user_id, permission.id AS permission_id, body.unit_id AS content_object_id, term.id AS term_id,
               role.reach
        FROM orgs_term term
        JOIN orgs_person person ON person.id = term.person_id AND person.user_id IS NOT NULL
        JOIN orgs_body body ON body.id = term.body_id
        JOIN role ON role.body_kind = body.kind AND role.office = term.office
        JOIN auth_permission permission ON permission.codename = role.power AND permission.content_type_id = %(type)s
        WHERE %(persons)s::bigint[] IS NULL OR term.person_id = ANY(%(persons)s)
    ), missing AS (
        SELECT * FROM wanted EXCEPT
        SELECT user_id, permission_id, content_object_id, term_id, reach FROM orgs_unitgrant
    ), stale AS (
        SELECT grants.id FROM orgs_unitgrant grants JOIN orgs_term term ON term.id = grants.term_id
        WHERE (%(persons)s::bigint[] IS NULL OR term.person_id = ANY(%(persons)s)) AND NOT EXISTS (
            SELECT FROM wanted WHERE wanted.user_id = grants.user_id AND wanted.permission_id = grants.permission_id
            AND wanted.content_object_id = grants.content_object_id AND wanted.term_id = grants.term_id
            AND wanted.reach = grants.reach)
    )
"""


def sync_grants(persons=None, *, check=False):
    """Make the grants say what ROLES says of the terms; of all, or of the persons with these ids. Two statements.

    Returns (granted, revoked). With `check` nothing is written and the numbers say what would be. Every term counts,
    past ones too: the question "may they?" joins the term's dates (`orgs.permissions.scopes`), so no clock is read.
    """
    rows = [(kind, key, power.value, reach.value) for (kind, key), grants in ROLES.items() for power, reach in grants]
    kinds, offices, powers, reaches = (list(column) for column in zip(*rows, strict=True))
    values = {
        "kinds": kinds,
        "offices": offices,
        "powers": powers,
        "reaches": reaches,
        "type": ContentType.objects.get_for_model(OrgUnit).pk,
        "persons": None if persons is None else [int(pk) for pk in persons],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        if check:
            cursor.execute(_WANTED + "SELECT (SELECT count(*) FROM missing), (SELECT count(*) FROM stale)", values)
            return cursor.fetchone()
        cursor.execute(_WANTED + "DELETE FROM orgs_unitgrant WHERE id IN (SELECT id FROM stale)", values)
        revoked = cursor.rowcount
        cursor.execute(
            _WANTED
            + "INSERT INTO orgs_unitgrant (user_id, permission_id, content_object_id, term_id, reach)"
            + " SELECT * FROM missing ON CONFLICT DO NOTHING",
            values,
        )
        return cursor.rowcount, revoked


def on_terms_changed(sender, persons, **kwargs):
    sync_grants(persons)


def connect():
    """Derive grants again whenever terms change."""
    terms_changed.connect(on_terms_changed, dispatch_uid="governance.roles")
