"""What is done to the organisation: units, bodies and terms, accounts. Every verb checks its power and is recorded."""

from orgs.actions.accounts import choose_password, close_account, create_account, reopen_account, reset_account
from orgs.actions.imports import import_sheet
from orgs.actions.layouts import add_layout, note_layout, remove_layout
from orgs.actions.second_factor import (
    check_code,
    remove_second_factor,
    renew_recovery_codes,
    reset_second_factor,
    set_up_second_factor,
)
from orgs.actions.terms import (
    add_person,
    appoint,
    change_person,
    change_standing,
    declare_kinship,
    end_kinship,
    end_term,
    hand_over,
    reinstate_person,
    suspend_person,
)
from orgs.actions.units import (
    change_body,
    change_unit,
    close_unit,
    dissolve_body,
    establish_body,
    move_unit,
    open_unit,
    preview_close,
    preview_move,
)

__all__ = [
    "add_layout",
    "add_person",
    "appoint",
    "change_body",
    "change_person",
    "change_standing",
    "change_unit",
    "check_code",
    "choose_password",
    "close_account",
    "close_unit",
    "create_account",
    "declare_kinship",
    "dissolve_body",
    "end_kinship",
    "end_term",
    "establish_body",
    "hand_over",
    "import_sheet",
    "move_unit",
    "note_layout",
    "open_unit",
    "preview_close",
    "preview_move",
    "reinstate_person",
    "remove_layout",
    "remove_second_factor",
    "renew_recovery_codes",
    "reopen_account",
    "reset_account",
    "reset_second_factor",
    "set_up_second_factor",
    "suspend_person",
]
