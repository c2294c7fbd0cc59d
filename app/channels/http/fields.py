"""Fields for free text: stripped, and without invisible characters or those that no database stores."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from marshmallow import ValidationError, fields, validate

MAX_LINES = 8
SHORT_TEXT = validate.Length(1, 200)


class Pattern(validate.Regexp):
    r"""A pattern that the whole text must match, in the syntax that Python and ECMA-262 share: `^…$`, no `\Z`."""

    def __call__(self, value: Any) -> Any:
        if self.regex.fullmatch(value) is None:
            raise ValidationError(self._format_error(value))
        return value


COUNTRY = Pattern("^[A-Z]{2}$", error="Write the two letters of ISO 3166, such as GB.")


class Text(fields.String):
    """Text that a database can store: no NUL, and no unpaired surrogate."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, *args, **kwargs)
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise ValidationError("Remove the characters that are not text.")
        return text


class Line(Text):
    """One line without spaces around it. Scripts and emoji that need invisible joiners keep them."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        sent = super()._deserialize(value, *args, **kwargs)
        _check_length(self.validators, sent)
        line = sent.strip()
        if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in line):
            raise ValidationError("Remove line breaks and control characters.")
        return line


def _check_length(validators: Iterable[Any], sent: str) -> None:
    """The OpenAPI documents the length as it is sent."""
    for limit in validators:
        if isinstance(limit, validate.Length) and limit.max is not None and len(sent) > limit.max:
            limit(sent)


class Lines(Text):
    """A postal address: 1 to 8 lines, none of them empty. So every invoice fits its page."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        sent = super()._deserialize(value, *args, **kwargs)
        _check_length(self.validators, sent)
        lines = [line.strip() for line in sent.splitlines() if line.strip()]
        if not 1 <= len(lines) <= MAX_LINES or not all(line.isprintable() for line in lines):
            raise ValidationError(f"Write 1 to {MAX_LINES} lines, without control characters.")
        return "\n".join(lines)


class Code(Line):
    """A SKU, a barcode, a handle: only characters that people can type."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        code = super()._deserialize(value, *args, **kwargs)
        if not code.isprintable():
            raise ValidationError("Remove invisible characters.")
        return code
