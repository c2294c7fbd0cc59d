"""The tax categories that the rules know by name. Merchants enter rates for others."""

STANDARD = "standard"
VOUCHER = "voucher"
"""The tax category of gift cards. Their sale is outside the scope of VAT everywhere."""
