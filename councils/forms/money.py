"""Amounts as people write them, as whole fen."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

# What a Chinese input method, a spreadsheet or a habit puts into an amount.
PLAIN = str.maketrans("０１２３４５６７８９．，。", "0123456789.,.")
MOST_FEN = 10**15


class Yuan(forms.CharField):
    """An amount in yuan with at most two decimals; its value is whole fen. Reads 186000, 186,000.50, １８６０００元."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    pattern = re.compile(r"(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]{1,2})?")

    def to_python(self, value):
        text = super().to_python(value).translate(PLAIN).strip().strip("¥￥").removesuffix("元").replace(" ", "")
        if not text:
            return None
        if text.startswith("-"):
            raise forms.ValidationError(_("An amount is never negative."))
        if not self.pattern.fullmatch(text):
            raise forms.ValidationError(_("Please give an amount in yuan with at most two decimals, such as 186000."))
        whole, _point, cents = text.replace(",", "").partition(".")
        fen = int(whole) * 100 + int(cents.ljust(2, "0") or 0)
        if fen > MOST_FEN:
            raise forms.ValidationError(_("This number is too large."))
        return fen
