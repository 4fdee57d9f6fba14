"""What can be imported from a sheet in the administration: units, persons, terms."""

from orgs.imports.persons import PERSONS
from orgs.imports.terms import TERMS
from orgs.imports.units import UNITS

IMPORTERS = {importer.key: importer for importer in (UNITS, PERSONS, TERMS)}
