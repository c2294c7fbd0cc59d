"""VAT numbers by python-stdnum: each country's own form and check digits."""

from typing import Any

from stdnum import get_cc_module
from stdnum.eu import vat as eu
from stdnum.exceptions import ValidationError
from stdnum.util import clean

PREFIXES = {"GR": "EL"}
"""Where VAT numbers do not begin with the code of ISO 3166."""
LONGEST = 20


class StdnumVatNumbers:
    """A country of which the library knows nothing has its numbers kept as they are written."""

    def normal(self, country: str, number: str) -> str | None:
        prefix = PREFIXES.get(country, country)
        compact = clean(number, " -./").upper().strip()
        if not compact.isalnum() or not compact.isascii() or len(compact) > LONGEST:
            return None
        local = compact.removeprefix(prefix)
        if country.lower() in eu.MEMBER_STATES:
            return _checked(eu, prefix, prefix + local)
        module = get_cc_module(country.lower(), "vat")
        if module is None:
            return compact
        # In some countries the number itself begins with what is the country's code.
        return _checked(module, prefix, prefix + local) or _checked(module, prefix, local)


def _checked(module: Any, prefix: str, number: str) -> str | None:
    try:
        return prefix + str(module.validate(number)).removeprefix(prefix)
    except ValidationError:
        return None
