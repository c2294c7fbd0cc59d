import time
from tests.faults.test_kills import *
from tests.faults import test_kills as k
def test_dbg(shop, service, database):
    t=time.monotonic()
    raged = rage(shop, service, database, TEN_POINTS, seed=2)
    print("storm", time.monotonic()-t, len(raged.journeys), dict(raged.statuses), "max tries", max(t.tries for j in raged.journeys for t in j.values()))
    t=time.monotonic()
    with suppress(TimeoutError):
        wait_until(lambda: is_quiet(shop.engine), QUIET_SECONDS, "letters and seals")
    print("drain", time.monotonic()-t)
    t=time.monotonic()
    print(losses(shop.engine, raged.journeys, service.var / "mail"))
    print("losses", time.monotonic()-t)
    assert_nothing_lost(shop, service, raged)
    print("rest", time.monotonic()-t)
    for n in PROCESSES:
        print(n, (service.var/f"{n}.log").read_text()[-2500:])
