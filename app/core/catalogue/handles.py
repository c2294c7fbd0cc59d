"""Handles: a product's name in addresses."""

import re
import unicodedata

LONGEST = 255
APOSTROPHES = str.maketrans("", "", "'’")


def handle_of(title: str) -> str:
    """`Men's crème brûlée, 2 pieces` as `mens-creme-brulee-2-pieces`.

    Empty for a title without Latin letters and digits.
    """
    letters = unicodedata.normalize("NFKD", title.casefold().translate(APOSTROPHES))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return "-".join(re.findall("[a-z0-9]+", plain))[:LONGEST].rstrip("-")
