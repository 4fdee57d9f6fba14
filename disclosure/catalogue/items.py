"""What is disclosed, as data: the catalogue of the boards (domain.md §5).

An item is one row: key, how often, title, legal basis, and where it differs from its class the least days of display,
the scope and the elements. Law sits here; a community may display longer and more often, never less.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from audit.enums import Audience
from disclosure.catalogue.affairs import AFFAIRS, BASES, basis_in_village
from disclosure.chain import checkers
from disclosure.clocks import DISPLAY_DAYS
from disclosure.enums import BY_STRICTNESS, Board, Frequency, Scope

STANDING_DAYS = 365  # what a draft of a standing item proposes; it is renewed on every change


@dataclass(frozen=True)
class Item:
    """One kind of disclosure. `frequencies`: the first is the usual one, others are customary elsewhere.

    `basis` is the legal source in short, `min_display` the least days on the board, `scope` to whom it is open (which
    of them is custom, [K]), `reviewers` the kinds of bodies of which a member must check it before it is signed (see
    `disclosure/chain.py`; none: no check), `elements` what it says at least, `statutory` that the law names it,
    `noindex` that its notices name people who receive aid: search engines are told to stay away, no feed, sitemap,
    data, wall or archive holds them, and their lists have the four columns of `disclosure/relief.py`. SAL art. 45 is
    about subsistence and temporary aid; age, disability, housing and relief goods tell as much of a person (PIPL art.
    28) and are treated alike: by item and not by text, as who is named cannot be told from a text for sure. `persons`
    that its notices are about single persons or households without an office: see `disclosure/named.py`. `early` that
    it may be published before its period is over, being a plan, a list or what is settled on one day of the period;
    all other periodic items report a period that has ended.
    """

    key: str
    board: Board
    title: str | Promise
    frequencies: tuple[Frequency, ...]
    basis: str
    min_display: int
    scope: Scope
    reviewers: tuple[str, ...]
    elements: str | Promise = ""
    statutory: bool = False
    noindex: bool = False
    persons: bool = False
    early: bool = False

    @property
    def audience(self):
        """Who may read its notices: everyone, or the Party organisation only."""
        return Audience.PUBLIC if self.scope.is_public else Audience.PARTY

    @property
    def affairs(self):
        """Publisher, chain and supervisors: those of its class."""
        return AFFAIRS[self.board]

    @property
    def issuers(self):
        """The kinds of bodies that may publish it: those of its class, and who speaks of its own work."""
        return (*self.affairs.issuers, *_SPEAKS_FOR_ITSELF.get(self.key, ()))

    @property
    def duty(self):
        """How often it must be disclosed at least: the rarest of its frequencies, as the more frequent are custom."""
        return max(self.frequencies, key=lambda word: BY_STRICTNESS.index(word) if word in BY_STRICTNESS else 0)

    def basis_at(self, unit):
        """The legal source in words; a village has a law of its own."""
        return BASES[basis_in_village(self.basis) if unit.is_village else self.basis]

    @property
    def frequency(self):
        """How often, where nothing else is agreed."""
        return self.frequencies[0]

    @property
    def display_days(self):
        """What a draft proposes as the display period."""
        return STANDING_DAYS if self.frequency == Frequency.STANDING else max(self.min_display, DISPLAY_DAYS)


_SUPERVISORS = ("supervision_committee", "village_supervision_committee")
# The supervision committee names its members, and says itself what it found in the accounts.
_SPEAKS_FOR_ITSELF = {"R09": _SUPERVISORS, "F17": _SUPERVISORS}

BOARD_OF_LETTER = {"P": Board.PARTY, "R": Board.RESIDENTIAL, "F": Board.FINANCIAL, "E": Board.COMPOUND}
# Residents' and financial affairs: URC art. 34. Party notices of at least 7 days are custom, not law.
MIN_DISPLAY = {
    Board.PARTY: 7,
    Board.RESIDENTIAL: DISPLAY_DAYS,
    Board.FINANCIAL: DISPLAY_DAYS,
    Board.COMPOUND: DISPLAY_DAYS,
}


def _item(key, letters, title, basis, *, days=None, scope=Scope.COMMUNITY, elements="", **flags):
    board = BOARD_OF_LETTER[key[0]]
    return Item(
        key,
        board,
        title,
        tuple(Frequency(letter) for letter in letters),
        basis,
        days or MIN_DISPLAY[board],
        scope,
        checkers(key, board),
        elements or AFFAIRS[board].elements,
        **flags,
    )


_MEETING = gettext_lazy(
    "Number, title and origin; date, entitled, present, for, against and abstaining at each step; text; budget and "
    "its sources; responsible person and schedule; supervisor; objection window and telephone"
)
_RELIEF = gettext_lazy(
    "Name (masked), category, amount or number, period; no illness, disability, income or family story, no minors"
)
_MONEY = gettext_lazy(
    "Period, opening and closing balance; of each item amount, date, payer or payee, handler and approver; who "
    "prepared it, signature of the affairs supervision committee"
)

_ROWS = (
    # Party affairs
    _item("P01", "L", pgettext_lazy("catalogue", "Structure, duties and posts"), "PD 15"),
    _item("P02", "Y", pgettext_lazy("catalogue", "Goals of the term"), "PD 15", early=True),
    _item("P03", "Y", pgettext_lazy("catalogue", "Annual plan"), "PD 15", scope=Scope.SOCIETY, early=True),
    _item("P04", "H", pgettext_lazy("catalogue", "Progress on key tasks"), "PD 15", scope=Scope.SOCIETY),
    _item("P05", "Q", pgettext_lazy("catalogue", "Study/implementation of decisions"), "PD 15"),
    _item("P06", "Q", pgettext_lazy("catalogue", "Organisational life held"), "PD 15"),
    _item("P07", "Y", pgettext_lazy("catalogue", "Education and training"), "PD 15", early=True),
    _item("P08", "E", pgettext_lazy("catalogue", "Elections, appointments"), "PD 15", persons=True),
    _item("P09", "E", pgettext_lazy("catalogue", "Applicants under notice"), "PD 15", persons=True),
    _item("P10", "E", pgettext_lazy("catalogue", "Admissions and confirmations"), "PD 15", persons=True),
    _item("P11", "Y", pgettext_lazy("catalogue", "Review results"), "PD 15", scope=Scope.PERSONS, early=True),
    _item("P12", "H", pgettext_lazy("catalogue", "Dues in and out"), "PD 15", scope=Scope.PERSONS),
    _item("P13", "Q", pgettext_lazy("catalogue", "Points of members"), "PD 15", scope=Scope.PERSONS),
    _item("P14", "E", pgettext_lazy("catalogue", "Proposed honours"), "PD 15", persons=True),
    _item("P15", "Y", pgettext_lazy("catalogue", "Care visits, totals"), "PD 15", early=True),
    _item("P16", "Q", pgettext_lazy("catalogue", "Pledges and delivery"), "PD 15", scope=Scope.SOCIETY, early=True),
    _item("P17", "L", pgettext_lazy("catalogue", "Zones, link posts"), "PD 15"),
    _item("P18", "Q", pgettext_lazy("catalogue", "Joint committee: roster and decisions"), "PD 15", early=True),
    _item(
        "P19",
        "Q",
        pgettext_lazy("catalogue", "Dual registration and joint projects"),
        "PD 15",
        scope=Scope.SOCIETY,
        early=True,
    ),
    _item("P20", "Y", pgettext_lazy("catalogue", "Integrity work"), "PD 15", early=True),
    _item("P21", "E", pgettext_lazy("catalogue", "Sanctions"), "PD 15", scope=Scope.PERSONS),
    _item("P22", "Q", pgettext_lazy("catalogue", "Replies to members' proposals"), "PD 15", early=True),
    # Residential affairs
    _item(
        "R01",
        "E",
        pgettext_lazy("catalogue", "Decisions and implementation"),
        "URC 34",
        statutory=True,
        elements=_MEETING,
    ),
    _item("R02", "Q", pgettext_lazy("catalogue", "Grants, donations in kind/cash"), "URC 34", statutory=True),
    _item("R03", "H", pgettext_lazy("catalogue", "Facilities use"), "URC 34", statutory=True),
    _item("R04", "Q", pgettext_lazy("catalogue", "Service projects"), "URC 34", statutory=True, early=True),
    _item("R05", "E", pgettext_lazy("catalogue", "Consultation outcomes"), "URC 32, 34", statutory=True),
    _item("R06", "Q", pgettext_lazy("catalogue", "Tasks done for government"), "URC 34", statutory=True),
    _item("R07", "E", pgettext_lazy("catalogue", "Other matters of concern"), "URC 34", statutory=True),
    _item("R08", "L", pgettext_lazy("catalogue", "Committee members, duties and rota"), "URC 34"),
    _item("R09", "L", pgettext_lazy("catalogue", "Supervision committee: members and channel"), "URC 34, 36"),
    _item("R10", "L", pgettext_lazy("catalogue", "Group leaders, representatives"), "URC 34"),
    _item("R11", "Y", pgettext_lazy("catalogue", "Annual plan, report"), "URC 34", early=True),
    _item(
        "R12", "E", pgettext_lazy("catalogue", "Election notices (voter list 20 days before)"), "URC 19", persons=True
    ),
    _item("R13", "Y", pgettext_lazy("catalogue", "Evaluation results"), "URC 37", early=True),
    _item("R14", "E", pgettext_lazy("catalogue", "Audit results"), "custom"),
    _item("R15", "L", pgettext_lazy("catalogue", "Covenant, charter"), "URC 31"),
    _item("R16", "Y", pgettext_lazy("catalogue", "Duty and admitted-task lists"), "URC 34, 43", early=True),
    _item("R17", "L", pgettext_lazy("catalogue", "Certificates issued"), "MCA 2020/20", scope=Scope.SOCIETY),
    _item("R18", "L", pgettext_lazy("catalogue", "Service guide"), "URC 34", scope=Scope.SOCIETY),
    _item("R19", "E", pgettext_lazy("catalogue", "Subsistence confirmation"), "SAL 45", noindex=True, elements=_RELIEF),
    _item(
        "R20",
        "E",
        pgettext_lazy("catalogue", "Extreme hardship, temporary aid"),
        "SAL 45",
        noindex=True,
        elements=_RELIEF,
    ),
    _item(
        "R21",
        "Q",
        pgettext_lazy("catalogue", "Age, disability, veterans' aid"),
        "URC 34",
        noindex=True,
        early=True,
        elements=_RELIEF,
    ),
    _item("R22", "E", pgettext_lazy("catalogue", "Housing aid"), "URC 34", noindex=True, elements=_RELIEF),
    _item("R23", "E", pgettext_lazy("catalogue", "Posts, employment"), "URC 34", persons=True),
    _item("R24", "E", pgettext_lazy("catalogue", "Relief goods"), "URC 34", noindex=True, elements=_RELIEF),
    _item("R25", "E", pgettext_lazy("catalogue", "Renovation"), "URC 34", persons=True),
    _item("R26", "M", pgettext_lazy("catalogue", "Environment, safety"), "URC 34"),
    _item("R27", "L", pgettext_lazy("catalogue", "Grids, stewards"), "URC 34"),
    _item("R28", "M", pgettext_lazy("catalogue", "Volunteers, activities"), "URC 34", persons=True),
    _item("R29", "Q", pgettext_lazy("catalogue", "Mediation statistics"), "URC 34"),
    _item("R30", "M", pgettext_lazy("catalogue", "Requests closed"), "URC 34"),
    _item("R31", "Q", pgettext_lazy("catalogue", "Red/black list"), "custom", persons=True, early=True),
    _item("R32", "E", pgettext_lazy("catalogue", "Procurement"), "URC 34", scope=Scope.SOCIETY),
    _item("R33", "L", pgettext_lazy("catalogue", "Council charter, standards"), "custom"),
    # Financial affairs
    _item("F01", "Y", pgettext_lazy("catalogue", "Budget, final account"), "URC 34", early=True),
    _item("F02", "MQ", pgettext_lazy("catalogue", "Income"), "URC 34", elements=_MONEY),
    _item("F03", "MQ", pgettext_lazy("catalogue", "Expenditure"), "URC 34", elements=_MONEY),
    _item("F04", "Q", pgettext_lazy("catalogue", "Office costs"), "URC 34"),
    _item("F05", "Y", pgettext_lazy("catalogue", "Pay and allowances (by post)"), "URC 34", early=True),
    _item("F06", "H", pgettext_lazy("catalogue", "Party service fund"), "URC 34"),
    _item("F07", "Q", pgettext_lazy("catalogue", "Special funds"), "URC 34"),
    _item("F08", "Q", pgettext_lazy("catalogue", "Public service fund"), "URC 34, 42"),
    _item("F09", "Q", pgettext_lazy("catalogue", "Donations"), "URC 34", persons=True),
    _item(
        "F10",
        "E",
        pgettext_lazy("catalogue", "Contributions of residents and resident units"),
        "URC 34, 42",
        persons=True,
    ),
    _item("F11", "E", pgettext_lazy("catalogue", "Works cost, tender"), "URC 34", scope=Scope.SOCIETY),
    _item("F12", "Y", pgettext_lazy("catalogue", "Assets, stores"), "URC 34"),
    _item("F13", "H", pgettext_lazy("catalogue", "Lease income"), "URC 34"),
    _item("F14", "Q", pgettext_lazy("catalogue", "Cash and bank"), "URC 34"),
    _item("F15", "H", pgettext_lazy("catalogue", "Receivables, debts"), "URC 34", persons=True),
    _item("F16", "Y", pgettext_lazy("catalogue", "Collective distribution"), "collective finance", early=True),
    _item("F17", "E", pgettext_lazy("catalogue", "Audit, ASC opinion"), "URC 34, 36"),
    _item("F18", "Y", pgettext_lazy("catalogue", "Purchased services"), "URC 34", early=True),
    _item("F19", "Q", pgettext_lazy("catalogue", "Visits, events"), "URC 34"),
    _item("F20", "L", pgettext_lazy("catalogue", "Finance rules, limits"), "URC 34"),
    # Compound affairs
    _item("E01", "L", pgettext_lazy("catalogue", "Committee members"), "SPC 13"),
    _item("E02", "L", pgettext_lazy("catalogue", "Covenants, rules"), "SPC 13"),
    _item("E03", "E", pgettext_lazy("catalogue", "Assembly decisions (within 3 days)"), "CC 278", statutory=True),
    _item("E04", "E", pgettext_lazy("catalogue", "Committee decisions (within 3 days)"), "SPC 13"),
    _item("E05", "E", pgettext_lazy("catalogue", "Contract, selection"), "CC 278", statutory=True),
    _item("E06", "L", pgettext_lazy("catalogue", "Services, fees, staff"), "CC 943", statutory=True),
    _item("E07", "QH", pgettext_lazy("catalogue", "Common-area revenue"), "CC 943", statutory=True),
    _item("E08", "HY", pgettext_lazy("catalogue", "Maintenance fund"), "CC 281", statutory=True),
    _item("E09", "Y", pgettext_lazy("catalogue", "Shared utilities"), "SPC 13"),
    _item("E10", "Y", pgettext_lazy("catalogue", "Company accounts"), "CC 943", statutory=True),
    _item("E11", "H", pgettext_lazy("catalogue", "Committee costs, seal use"), "SPC 13"),
    _item("E12", "E", pgettext_lazy("catalogue", "Audit"), "Shanghai 67", days=30),
    _item("E13", "L", pgettext_lazy("catalogue", "Parking"), "SPC 13"),
    _item("E14", "L", pgettext_lazy("catalogue", "Lift/fire maintenance"), "SPC 13"),
    _item("E15", "H", pgettext_lazy("catalogue", "Fee status of committee members"), "Beijing"),
)

ITEMS = {item.key: item for item in _ROWS}
PARTY_ITEMS = [item.key for item in _ROWS if item.audience == Audience.PARTY]
WITHOUT_PERIOD = [item.key for item in _ROWS if item.frequency in (Frequency.STANDING, Frequency.EVENT)]


def local_item(key, title, frequency=Frequency.EVENT, days=None):
    """The row of an item that a place added: its class says the rest. The key is like R-B01.

    Nobody asked whether it reports a period or plans one, so it may be `early`.
    """
    return _item(key, frequency, title, "local", days=days, early=True)


def of_board(board):
    """The items of `board`, in the order of the catalogue."""
    return [item for item in _ROWS if item.board == board]


def choices(board=None, *, public_only=False):
    """Form choices (key, "R01 title") of a board or of all boards."""
    rows = of_board(board) if board else _ROWS
    return [
        (item.key, f"{item.key} {item.title}") for item in rows if not public_only or item.audience == Audience.PUBLIC
    ]
