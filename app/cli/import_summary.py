"""What an import did, told to a person in a few lines or to a program in JSON."""

import json
from pathlib import Path
from typing import Any

from app.adapters.file_import import ImportResult
from app.core.catalogue.import_outcome import ImportOutcome, PriceMove, Tally
from app.core.money import format_minor

SET = {
    "prices": ("prices", "set"),
    "variant_costs": ("costs", "set"),
    "links": ("earlier lines", "found in the catalogue"),
    "shortfalls": ("promised units", "missing (see the tasks)"),
}
"""Told to a person only where something was written, since each has its variant or stock row."""


def as_json(what: str, file: Path, result: ImportResult, seconds: float) -> str:
    counts = result.outcome.counts
    return json.dumps(
        {
            "import": what,
            "file": str(file),
            "ok": result.is_complete,
            "changed": any(tally.written for tally in counts.values()),
            **{name: _numbers(tally) for name, tally in counts.items()},
            **_distances(result.outcome),
            "refused": result.refused,
            "skipped": result.skipped,
            **_sums(result),
            "report": str(result.report) if result.report else None,
            "error": result.error,
            "seconds": round(seconds, 2),
        }
    )


def as_text(result: ImportResult) -> str:
    lines = [_headline(result.outcome)] if result.outcome.counts else []
    lines += _directions(result.outcome)
    if result.outcome.total is not None:
        total = format_minor(result.outcome.total, result.outcome.currency)
        lines.append(f"They come to {total}.")
    if result.refused:
        lines.append(f"Not imported, since something is wrong: {_count(result.refused, 'rows')}.")
    if result.skipped:
        lines.append(
            f"Skipped, since stock has moved meanwhile: {_count(result.skipped, 'rows')}. "
            "If the file is a fresh count, import it with --as-count."
        )
    if result.with_notes:
        lines.append(f"Imported, with something to know: {_count(result.with_notes, 'rows')}.")
    if result.report:
        lines.append(f"Line, column, value and fix of each: {result.report}")
    return "\n".join(lines)


def move(one: PriceMove) -> str:
    """`MUG  £12.00 → £12.50  +4.1 %`, with its list, tier and beginning where they are not as usual."""
    parts = [one.sku, one.list or "", f"from {one.min_quantity}" if one.min_quantity > 1 else ""]
    shown = [
        "none" if amount is None else format_minor(amount, one.currency)
        for amount in (one.before, one.after)
    ]
    parts += [" → ".join(shown), f"{one.basis_points / 100:+.1f} %" if one.basis_points else ""]
    return "  ".join([*filter(None, parts), f"from {one.starts_at:%Y-%m-%d %H:%M} UTC"])


def _directions(outcome: ImportOutcome) -> list[str]:
    """`Up: 3 prices, by 4.2 % on average and 10.0 % at most`, likewise down."""
    return [
        f"{name}: {_count(moved.count, 'prices')}, by {moved.mean / 100:.1f} % on average "
        f"and {moved.largest / 100:.1f} % at most"
        for name, moved in (("Up", outcome.price_rises), ("Down", outcome.price_falls))
        if moved.count
    ]


def _distances(outcome: ImportOutcome) -> dict[str, Any]:
    """Only where prices moved, and in percent."""
    return {
        name: {"prices": moved.count, "mean": moved.mean / 100, "most": moved.largest / 100}
        for name, moved in (("up", outcome.price_rises), ("down", outcome.price_falls))
        if moved.count
    }


def _sums(result: ImportResult) -> dict[str, int | str]:
    """Told by those imports that have sums or notes at all."""
    total, currency = result.outcome.total, result.outcome.currency
    return (
        {} if total is None else {"total": total, "currency": currency, "noted": result.with_notes}
    )


def _headline(outcome: ImportOutcome) -> str:
    """`2,938 products, 3,406 variants: all new`, or how many of each are new or changed."""
    main = {name: tally for name, tally in outcome.counts.items() if name not in SET}
    main = main or dict(outcome.counts)  # of a file of prices they are the matter itself
    totals = ", ".join(_count(tally.total, name) for name, tally in main.items())
    if not any(tally.total for tally in main.values()):
        return f"{totals}: nothing imported"
    if all(tally.created == tally.total for tally in main.values()):
        return f"{totals}: all new"
    if not any(tally.written for tally in outcome.counts.values()):
        return f"{totals}: nothing changed"
    parts = [f"{_count(tally.total, name)}{_written(tally)}" for name, tally in main.items()]
    for name, (things, done) in SET.items():
        written = outcome.counts.get(name, Tally()).written if name not in main else 0
        parts += [f"{_count(written, things)} {done}"] if written else []
    return ", ".join(parts)


def _numbers(tally: Tally) -> dict[str, int]:
    return {"created": tally.created, "changed": tally.changed, "unchanged": tally.unchanged}


def _written(tally: Tally) -> str:
    parts = {"new": tally.created, "changed": tally.changed}
    told = ", ".join(f"{number:,} {name}" for name, number in parts.items() if number)
    return f" ({told})" if told else ""


def _count(number: int, things: str) -> str:
    return f"{number:,} {things.removesuffix('s') if number == 1 else things}"
