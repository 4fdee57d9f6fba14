"""What a village calls what a community calls otherwise (pure): one table of Chinese words.

Villages have the same organs under other names and another law (URC and VC). The texts of the portal are written for
communities; where the unit is known, `in_place` gives those of a village its own words. What people typed is never
passed through here.
"""

import re

WORDS = {
    # Stays: the name of a law.
    "城市居民委员会组织法": "城市居民委员会组织法",
    "社区居民委员会": "村民委员会",
    "居民委员会": "村民委员会",
    "社区居委会": "村委会",
    "居委会": "村委会",
    "居务": "村务",
    "居民公约": "村规民约",
    "居民": "村民",
    "社区工作者": "村工作人员",
    "集体、社区资产": "村集体资产",
    "社区服务": "村级服务",
    "社区招投标": "村级招投标",
    "驻区单位": "驻村单位",
    "社区": "村",
}
_WORD = re.compile("|".join(sorted(WORDS, key=len, reverse=True)))
# 居民会议（村民会议） names both: in a village the one in brackets is left, elsewhere the one before them.
_BOTH = re.compile(r"(居民\w{2,4})（(村\w{2,5})）")


def in_village(text):
    """`text` of the portal, Chinese, in the words of a village."""
    return _WORD.sub(lambda found: WORDS[found[0]], _BOTH.sub(r"\2", str(text)))


def in_place(text, unit):
    """`text` of the portal in the words of `unit`. Texts in English have one word for both and stay."""
    return in_village(text) if unit.is_village else _BOTH.sub(r"\1", str(text))


def only_villages(units):
    """One of `units` to speak in the words of, when all are villages; otherwise None, and a community's words stay."""
    return units[0] if units and all(unit.is_village for unit in units) else None


def form_in_place(form, unit, *choices):
    """Labels and hints of `form` in the words of `unit`, and the choices of the fields `choices`."""
    for name, field in form.fields.items():
        field.label, field.help_text = in_place(field.label or "", unit), in_place(field.help_text, unit)
        if name in choices:
            field.choices = [_choice(*choice, unit) for choice in field.choices]


def _choice(value, label, unit):
    """A choice, or a group of choices under its heading."""
    if isinstance(label, list | tuple):
        return in_place(value, unit), [_choice(*choice, unit) for choice in label]
    return value, in_place(label, unit)
