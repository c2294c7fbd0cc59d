"""`python -m bench`: measures our speed, next to what is possible on this machine at this time.

One run starts its own PostgreSQL with fsync, and the floor and our service under the same gunicorn. It measures
both by turns with the same client, and compares nothing with the numbers of another day. It does not measure
networks, TLS, a proxy, or the worker and sealer beside the web processes.
"""

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.config import ROOT
from bench import (
    data,
    database,
    engine,
    history,
    hot,
    measure,
    profiling,
    report,
    scenarios,
    statements,
)
from bench.client import Load
from bench.data import Shop
from bench.measure import Run
from bench.report import Report
from bench.scenarios import FLOOR, OURS, Scenario
from bench.servers import Server, gunicorn

VAR = ROOT / "var"
HOT = "hot item"


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if options.only == [engine.NAME]:
        return _measure_engine(options)
    VAR.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=VAR) as name:
        folder = Path(name)
        with database.own_server(folder) as url:
            catalogue = _load_data(url, folder, options.large)
            return _run(url, folder, catalogue, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the speed.")
    parser.add_argument(
        "--seconds", type=float, default=4.0, help="seconds of each round (default 4)"
    )
    parser.add_argument(
        "--rounds", type=int, default=3, help="number of rounds, for the median (default 3)"
    )
    parser.add_argument("--connections", default="1,8,32", help="default 1,8,32")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="only scenarios with NAME in their name, with their floors; may be repeated. "
        "`engine` is the price engine",
    )
    parser.add_argument(
        "--large",
        action="store_true",
        help="with 10 × the catalogue and 1,000,000 past orders: takes some minutes more",
    )
    parser.add_argument(
        "--profile",
        action="store_true",
        help="print no table; sample the workers under load, to var/profile-NAME.*",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all figures to FILE")
    return parser.parse_args()


def _measure_engine(options: argparse.Namespace) -> int:
    """Measure the price engine, which needs neither servers nor data."""
    figures = engine.measure(options.rounds)
    print(engine.as_text(figures))
    if options.json:
        options.json.write_text(json.dumps({"engine": engine.as_json(figures)}, indent=2))
    return 0


def _load_data(url: str, folder: Path, large: bool) -> str:
    started = time.monotonic()
    catalogue = data.load(url, folder)
    if large:
        history.multiply_catalogue(url)
        catalogue += f", {history.COPIES + 1} times"
    data.receive_stock(url)
    data.create_floor(url)
    if large:
        history.insert_orders(url, _log)
        history.insert_floor_orders(url)
    data.vacuum(url)
    _log(f"{catalogue} loaded in {time.monotonic() - started:.0f} s")
    return catalogue


def _run(url: str, folder: Path, catalogue: str, options: argparse.Namespace) -> int:
    shop = data.sample_shop(url)
    all_scenarios = scenarios.scenarios(shop)
    selected = scenarios.select(all_scenarios, options.only)
    with _servers(url, folder) as servers, measure.client() as send:
        if options.profile:
            names = options.only or ["checkout"]
            ours = [
                s for s in all_scenarios if s.service == OURS and any(n in s.name for n in names)
            ]
            _profile(send, servers[OURS], ours, options.seconds)
            return 0
        facts = report.machine(url, catalogue)
        result = Report(facts, selected, statements.per_call(url, folder, selected))
        numbers = [int(number) for number in options.connections.split(",")]
        minutes = len(numbers) * len(selected) * options.rounds * (options.seconds + 1) / 60
        _log(
            f"{len(selected)} figures, at {options.connections} connections: {minutes:.0f} minutes ..."
        )
        for connections in numbers:
            result.figures += measure.measure(
                send, servers, selected, connections, options.seconds, options.rounds
            )
        if not options.only or any(name in HOT for name in options.only):
            result.races += _run_races(send, servers, shop, options.rounds)
        if not options.only or engine.NAME in options.only:
            _log("the engine alone ...")
            result.engine_figures += engine.measure(options.rounds)
        result.memory |= {name: server.memory for name, server in servers.items()}
    print(report.as_text(result))
    if options.json:
        options.json.write_text(json.dumps(report.as_json(result), indent=2))
    return 0 if result.is_good else 1


@contextmanager
def _servers(url: str, folder: Path) -> Iterator[Mapping[str, Server]]:
    environment = data.environment(url, folder)
    with ExitStack() as stack:
        yield {
            service: stack.enter_context(gunicorn(what, folder / f"{service}.log", environment))
            for service, what in ((FLOOR, "bench.floor:create()"), (OURS, "wsgi:app"))
        }


def _run_races(send: Run, servers: Mapping[str, Server], shop: Shop, rounds: int) -> list[hot.Race]:
    _log("the hot item ...")
    races = []
    for number in range(min(rounds, len(shop.hot) // 2)):
        races.append(hot.race_floor(send, servers[FLOOR], shop, number))
        races.append(hot.race_ours(send, servers[OURS], shop, number))
    return races


def _profile(send: Run, server: Server, ours: list[Scenario], seconds: float) -> None:
    for scenario in ours:
        work = scenario.supply.work(seconds + 4)
        target = VAR / f"profile-{scenario.name.replace(' ', '-')}"
        with profiling.profiled(server, seconds, target):
            result = send(Load(server.port, server.workers, work, 8, seconds + 3, 1.0))
        scenario.supply.mark_used(result.started)
        own, inclusive = profiling.hottest_functions(target.with_suffix(".raw"))
        print(f"\n{scenario.name}: {target}.svg, .raw\n\nown time")
        print("\n".join(f"{share:7.1%}  {name}" for name, share in own))
        print("\nwith what they call")
        print("\n".join(f"{share:7.1%}  {name}" for name, share in inclusive))


def _log(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
