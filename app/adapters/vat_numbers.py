"""Checks VAT numbers with python-stdnum: the form and check digits of each country."""

from typing import Any

from stdnum import get_cc_module
from stdnum.eu import vat as eu
from stdnum.exceptions import ValidationError
from stdnum.util import clean

PREFIXES = {"GR": "EL"}
"""Countries whose VAT numbers do not begin with the ISO 3166 code."""
MAX_LENGTH = 20


class StdnumVatNumbers:
    """Keeps numbers as written if the library does not know their country."""

    def normalise(self, country: str, number: str) -> str | None:
        prefix = PREFIXES.get(country, country)
        compact = clean(number, " -./").upper().strip()
        if not compact.isalnum() or not compact.isascii() or len(compact) > MAX_LENGTH:
            return None
        local = compact.removeprefix(prefix)
        if country.lower() in eu.MEMBER_STATES:
            return _validated(eu, prefix, prefix + local)
        module = get_cc_module(country.lower(), "vat")
        if module is None:
            return compact
        # In some countries the number itself begins with the letters of the country's code.
        return _validated(module, prefix, prefix + local) or _validated(module, prefix, local)


def _validated(module: Any, prefix: str, number: str) -> str | None:
    try:
        return prefix + str(module.validate(number)).removeprefix(prefix)
    except ValidationError:
        return None
