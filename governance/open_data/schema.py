"""JSON Schema (2020-12) of what a dataset answers, made of its fields."""

from django.utils.translation import gettext as _

_TYPES = {
    "text": {"type": "string"},
    "number": {"type": "integer"},
    "day": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
}


def schema(dataset, address):
    """The schema of the JSON document of `dataset`; `address` is its own."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "title": str(dataset.title),
        "description": str(dataset.about),
        **_object(
            {
                "dataset": {"const": dataset.key},
                "schema": {"type": "string", "description": _("address of this description")},
                "licence": {"type": "string", "description": _("terms of use")},
                "unit": _object({"code": {"type": "string"}, "name": {"type": "string"}}),
                "on": {"type": "string", "format": "date", "description": _("the day for which it holds")},
                "next": {"type": ["string", "null"], "description": _("address of the next rows; null: none")},
                "rows": {"type": "array", "items": _object({row.name: _field(row) for row in dataset.fields})},
            }
        ),
    }


def _object(properties):
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _field(field):
    described = {**_TYPES[field.kind], "description": str(field.meaning)}
    if field.codes:
        described["oneOf"] = [{"const": value, "title": str(label)} for value, label in field.codes]
    if field.optional:
        described["type"] = [described["type"], "null"]
        if field.codes:
            described["oneOf"].append({"const": None})
    return described
