"""Describes the result of an import: in a few lines for people, in JSON for programs."""

import json
from pathlib import Path
from typing import Any

from app.adapters.file_import import ImportResult
from app.core.catalogue.import_outcome import ImportOutcome, PriceMove, Tally
from app.core.money import format_minor

WRITTEN_ONLY = {
    "prices": ("prices", "set"),
    "variant_costs": ("costs", "set"),
    "links": ("earlier lines", "found in the catalogue"),
    "shortfalls": ("promised units", "missing (see the tasks)"),
}
"""Counts that the text names only if rows were written, because each row belongs to a variant or stock row."""


def as_json(name: str, file: Path, result: ImportResult, seconds: float) -> str:
    counts = result.outcome.counts
    return json.dumps(
        {
            "import": name,
            "file": str(file),
            "ok": result.is_complete,
            "changed": any(tally.written for tally in counts.values()),
            **{name: _tally_json(tally) for name, tally in counts.items()},
            **_price_moves_json(result.outcome),
            "refused": result.refused,
            "skipped": result.skipped,
            **_totals(result),
            "report": str(result.report) if result.report else None,
            "error": result.error,
            "seconds": round(seconds, 2),
        }
    )


def as_text(result: ImportResult) -> str:
    lines = [_headline(result.outcome)] if result.outcome.counts else []
    lines += _price_moves_text(result.outcome)
    if result.outcome.total is not None:
        total = format_minor(result.outcome.total, result.outcome.currency)
        lines.append(f"Total: {total}.")
    if result.refused:
        lines.append(f"Not imported because of errors: {_count(result.refused, 'rows')}.")
    if result.skipped:
        lines.append(
            f"Skipped because the stock moved since the last import: {_count(result.skipped, 'rows')}. "
            "If the file is a fresh count, import it with --as-count."
        )
    if result.with_notes:
        lines.append(f"Imported with a note: {_count(result.with_notes, 'rows')}.")
    if result.report:
        lines.append(f"Line, column, value and fix of each: {result.report}")
    return "\n".join(lines)


def format_price_move(one: PriceMove) -> str:
    """Return `MUG  £12.00 → £12.50  +4.1 %`, with list, tier and start if they are not the defaults."""
    parts = [one.sku, one.list or "", f"from {one.min_quantity}" if one.min_quantity > 1 else ""]
    amounts = [
        "none" if amount is None else format_minor(amount, one.currency)
        for amount in (one.before, one.after)
    ]
    parts += [" → ".join(amounts), f"{one.basis_points / 100:+.1f} %" if one.basis_points else ""]
    return "  ".join([*filter(None, parts), f"from {one.starts_at:%Y-%m-%d %H:%M} UTC"])


def _price_moves_text(outcome: ImportOutcome) -> list[str]:
    """Return `Up: 3 prices, by 4.2 % on average and 10.0 % at most`, and the same for down."""
    return [
        f"{name}: {_count(moved.count, 'prices')}, by {moved.mean / 100:.1f} % on average "
        f"and {moved.largest / 100:.1f} % at most"
        for name, moved in (("Up", outcome.price_rises), ("Down", outcome.price_falls))
        if moved.count
    ]


def _price_moves_json(outcome: ImportOutcome) -> dict[str, Any]:
    """Return the moves in percent, if prices moved."""
    return {
        name: {"prices": moved.count, "mean": moved.mean / 100, "most": moved.largest / 100}
        for name, moved in (("up", outcome.price_rises), ("down", outcome.price_falls))
        if moved.count
    }


def _totals(result: ImportResult) -> dict[str, int | str]:
    """Return the total and the number of notes, for imports that have a total."""
    total, currency = result.outcome.total, result.outcome.currency
    return (
        {} if total is None else {"total": total, "currency": currency, "noted": result.with_notes}
    )


def _headline(outcome: ImportOutcome) -> str:
    """Return `2,938 products, 3,406 variants: all new`, or how many of each are new or changed."""
    main = {name: tally for name, tally in outcome.counts.items() if name not in WRITTEN_ONLY}
    main = main or dict(outcome.counts)  # in a file of prices, the prices are the main count
    totals = ", ".join(_count(tally.total, name) for name, tally in main.items())
    if not any(tally.total for tally in main.values()):
        return f"{totals}: nothing imported"
    if all(tally.created == tally.total for tally in main.values()):
        return f"{totals}: all new"
    if not any(tally.written for tally in outcome.counts.values()):
        return f"{totals}: nothing changed"
    parts = [f"{_count(tally.total, name)}{_tally_text(tally)}" for name, tally in main.items()]
    for name, (things, done) in WRITTEN_ONLY.items():
        written = outcome.counts.get(name, Tally()).written if name not in main else 0
        parts += [f"{_count(written, things)} {done}"] if written else []
    return ", ".join(parts)


def _tally_json(tally: Tally) -> dict[str, int]:
    return {"created": tally.created, "changed": tally.changed, "unchanged": tally.unchanged}


def _tally_text(tally: Tally) -> str:
    parts = {"new": tally.created, "changed": tally.changed}
    numbers = ", ".join(f"{number:,} {name}" for name, number in parts.items() if number)
    return f" ({numbers})" if numbers else ""


def _count(number: int, things: str) -> str:
    return f"{number:,} {things.removesuffix('s') if number == 1 else things}"
