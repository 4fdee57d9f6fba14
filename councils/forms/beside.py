"""The other matters that a sitting on paper voted on."""

from django import forms

from councils.actions.past import PastItem
from councils.enums import Method
from councils.forms.meetings import Beside
from councils.forms.rules import WholeNumber
from councils.forms.votes import VOTES, count_errors
from councils.voting import Contradiction, Counts, explain, tally


class BesideForm(forms.Form):
    """Another matter that waits for the same step: whether the sitting took it too (`taken`), and its own counts.

    After `judge()`: `explanation` of its result and `item` for the action, or errors.
    """

    def __init__(self, data, *, matter, section, labels):
        super().__init__(data, prefix=f"{section}-{matter.pk}", use_required_attribute=False)
        self.row = Beside(matter, data, ticked=False)
        self.taken = self.row.chosen or any((data or {}).get(self.add_prefix(name)) for name in VOTES)
        self.explanation = self.item = None
        for name in VOTES:
            self.fields[name] = WholeNumber(label=labels[name], required=self.taken)

    def judge(self, rule, labels, sitting):
        """Compute the result by `rule` from the cleaned data of the `sitting`; None when it has errors.

        Its ballots are those of the sitting, so what is no valid one of them follows from the votes.
        """
        if not self.is_valid():
            return
        votes, sheet = {name: self.cleaned_data[name] for name in VOTES}, {}
        if sitting["method"] == Method.SECRET:
            valid = sum(votes.values())
            invalid = max(sitting["returned"] - valid, 0)
            sheet = {"issued": sitting["issued"], "returned": sitting["returned"], "valid": valid, "invalid": invalid}
        errors = count_errors(labels, votes | sheet, sitting["method"], sitting["present"])
        for reason in dict.fromkeys(errors.values()):
            self.add_error("abstain", reason)
        if errors:
            return
        numbers = {"in_favour": votes["for"], "against": votes["against"], "abstain": votes["abstain"]}
        counts = Counts(
            entitled=sitting["entitled"],
            present=sitting["present"],
            for_=votes["for"],
            against=votes["against"],
            abstain=votes["abstain"],
            invalid=sheet.get("invalid", 0),
        )
        try:
            self.explanation = explain(tally(rule, counts))
        except Contradiction as contradiction:
            for text in contradiction.errors.values():
                self.add_error("abstain", text)
            return
        self.item = PastItem(matter=self.row.matter, seen=self.row.seen, numbers=numbers | sheet)

    @property
    def votes(self):
        return [self[name] for name in VOTES]
