"""Limits on statements: round trips cost time, and two statements are two snapshots, so consistent data needs
one read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, event

from app.core.payment_processing.begin_payment import BeginPayment, begin_payment
from app.core.transaction import Actor, UseCaseRunner
from app.jobs.orders import expire_orders
from tests.drivers import saved_cards, staff
from tests.drivers.shop import Shop, checkout_body, new_key
from tests.drivers.shopper import ADA, PASSWORD, Shopper


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that reach the cursor; BEGIN and COMMIT do not pass there."""
    seen: list[str] = []

    def note(_conn, _cursor, statement, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    for number in range(40):
        shop.stock(f"SKU-{number:02}", 100 + number, lds=100, yrk=100)
    shop.client.get(
        "/api/v1/products?limit=1"
    )  # the web shop's own client is looked up once per process
    return shop


@pytest.mark.parametrize("lines", [1, 5, 40])
def test_a_checkout_takes_the_same_few_statements_for_1_5_and_40_lines(
    stocked: Shop, lines: int
) -> None:
    from app.adapters.procrastinate_jobs import ProcrastinateJobQueue

    ports = stocked.app.extensions["ports"]
    cart = stocked.cart({f"SKU-{number:02}": 2 for number in range(lines)})
    object.__setattr__(ports, "jobs", ProcrastinateJobQueue())
    with statements(stocked.engine) as seen:
        assert stocked.checkout(cart).status_code == 201
    # procrastinate queues on the same connection but by a cursor of its own: one statement more.
    assert len(seen) + 1 == 8, seen


def test_limited_promotions_cost_a_checkout_two_statements_for_any_number_of_them(
    stocked: Shop,
) -> None:
    """One read of the customer's redemptions before the stock lock, and one count after it."""
    counts = []
    for number in range(3):
        cart = stocked.cart({"SKU-39": 1})
        with statements(stocked.engine) as seen:
            assert stocked.checkout(cart).status_code == 201
        counts.append(len(seen))
        terms = {"uses_limit": 9, "limit_per_customer": 9}
        stocked.promote("amount", {"amount": 1}, f"P{number}", **terms)
    assert counts == [counts[0], counts[0] + 2, counts[0] + 2]


@pytest.mark.parametrize(
    ("path", "budget"),
    [
        ("/api/v1/products", 1),
        ("/api/v1/products?q=sku", 1),
        ("/api/v1/products/sku-01", 1),
        ("/api/v1/availability?line=SKU-01:1&near=53.8,-1.5", 3),
        ("/api/v1/availability?" + "&".join(f"line=SKU-{number:02}:1" for number in range(40)), 3),
    ],
)
def test_a_read_takes_no_more_statements_than_its_budget(
    stocked: Shop, path: str, budget: int
) -> None:
    with statements(stocked.engine) as seen:
        assert stocked.client.get(path).status_code == 200
    assert len(seen) <= budget, seen


def test_consistent_figures_are_read_in_one_statement(stocked: Shop) -> None:
    """A short pick between the order and its lines would give sums that never existed."""
    placed = [stocked.order({"SKU-01": 1, "SKU-02": 1}) for _ in range(3)]
    cart = stocked.cart({"SKU-01": 1, "SKU-02": 1})
    token = staff.at_work(stocked, "7", "picker")
    # The other statement of a device is for its token: cached, it would still work after the revocation.
    for read, most in (
        (lambda: stocked.seen(placed[0]), 1),
        (lambda: stocked.staff("GET", f"orders/{placed[0].number}").get_json(), 2),
        (stocked.tasks, 2),
        (lambda: staff.work(stocked, "GET", "tasks", token).get_json(), 2),
        (lambda: stocked.call("GET", f"/api/v1/carts/{cart['id']}", cart["token"]).get_json(), 1),
    ):
        with statements(stocked.engine) as seen:
            assert read()
        assert len(seen) == most, seen


def test_a_change_of_a_cart_takes_the_same_statements_for_1_and_40_lines(stocked: Shop) -> None:
    counts = []
    for lines in (1, 40):
        cart = stocked.cart({f"SKU-{number:02}": 1 for number in range(lines)})
        with statements(stocked.engine) as seen:
            stocked.call(
                "PUT", f"/api/v1/carts/{cart['id']}/lines/SKU-00", cart["token"], {"quantity": 3}
            )
        counts.append(len(seen))
    assert counts == [3, 3]


def test_picking_and_handing_over_take_the_same_statements_for_1_and_40_lines(
    stocked: Shop,
) -> None:
    counts = []
    stocked.staff(
        "POST", "shifts", {"opening_float": 0}
    )  # otherwise the first cash of the day opens one
    for lines in (1, 40):
        placed = stocked.order({f"SKU-{number:02}": 1 for number in range(lines)})
        stocked.tasks()  # the device is looked up once per process
        with statements(stocked.engine) as picking:
            assert stocked.make_ready(placed).status_code == 200
        with statements(stocked.engine) as handing:
            assert stocked.hand_over(placed, placed.body["total"]).status_code == 200
        counts.append((len(picking), len(handing)))
    assert counts[0] == counts[1]


def test_the_end_of_an_order_takes_a_fixed_number_of_statements(stocked: Shop) -> None:
    """An open order is loaded once, and its lines and payments are read at most once."""
    placed = stocked.order({"SKU-01": 2})
    path = f"fulfilments/{stocked.fulfilment(placed)}"
    stocked.make_ready(placed)
    with statements(stocked.engine) as cancelling:
        stocked.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token)
    with statements(stocked.engine) as restocking:
        assert stocked.staff("POST", f"{path}/restock").status_code == 200
    short = stocked.order({"SKU-02": 2})
    with statements(stocked.engine) as dropping:
        assert stocked.pick(short, {}, "lds", **{"SKU-02": 2}).get_json()["status"] == "cancelled"
    stocked.order({"SKU-03": 1})
    stocked.clock.advance(timedelta(days=30))
    with statements(stocked.engine) as expiring:
        assert expire_orders(stocked.jobs) == 1
    counts = tuple(map(len, (cancelling, restocking, dropping, expiring)))
    assert counts == (16, 14, 26, 17)


def test_account_reads_take_one_statement_and_one_for_the_session(
    stocked: Shop,
) -> None:
    ada = Shopper(stocked)
    ada.sign_in()
    cart = ada.account("PUT", "/cart", {})["id"]
    number = stocked.order({"SKU-01": 1}).number
    ada.sign_in()
    ada.claim_orders()
    for path, most in (
        ("account", 2), ("account/sessions", 2), ("account/orders", 2), ("account/preferences", 2),
        ("account/wishlist", 2), ("account/addresses", 2), ("account/passkeys", 2),
        # One more checks the owner.
        ("account/cart", 3), (f"carts/{cart}", 3), (f"orders/{number}", 3),
    ):  # fmt: skip
        with statements(stocked.engine) as seen:
            assert ada.call("GET", path).status_code == 200
        assert len(seen) == most, seen


def test_catalogue_reads_of_a_signed_in_shopper_take_one_statement_and_one_for_the_session(
    stocked: Shop,
) -> None:
    for app in (False, True):
        ada = Shopper(stocked, app=app)
        ada.sign_in()
        for path in ("products", "products?q=sku", "products/sku-01"):
            with statements(stocked.engine) as seen:
                assert ada.call("GET", path).status_code == 200
            assert len(seen) == 2, seen


def test_a_sign_in_takes_the_same_statements_for_any_size_of_cart_and_number_of_orders(
    stocked: Shop,
) -> None:
    counts = []
    Shopper(stocked).sign_in(password=PASSWORD)
    for lines in (1, 40):
        for _ in range(lines // 10):
            stocked.order({"SKU-00": 1})
        guest = stocked.cart({f"SKU-{number:02}": 1 for number in range(lines)})
        key = {"id": guest["id"], "token": guest["token"]}
        body = {"email": ADA, "password": PASSWORD, "cart": key}
        ada = Shopper(stocked)
        if lines == 1:  # the customer's cart is created the first time
            ada.signed_in("password", body | {"cart": None})
            ada.account("PUT", "/cart", {})
        with statements(stocked.engine) as seen:
            ada.signed_in("password", body)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 20


def test_an_order_of_a_signed_in_shopper_takes_two_more_statements(stocked: Shop) -> None:
    """The session, and the owner of the cart."""
    ada = Shopper(stocked)
    guest = stocked.cart({"SKU-01": 2})
    cart = ada.sign_in(cart={"id": guest["id"], "token": guest["token"]})["cart"]
    body = checkout_body(guest["quote"]["total"])
    with statements(stocked.engine) as seen:
        answer = ada.call("POST", f"carts/{cart}/checkout", body, **{"Idempotency-Key": new_key()})
    assert answer.status_code == 201
    assert len(seen) + 1 == 10, seen


def test_a_list_of_saved_cards_takes_the_same_few_statements_for_1_and_9_cards(
    stocked: Shop,
) -> None:
    """The session, whether a card is expected, and the cards."""
    ada = saved_cards.shopper(stocked, app=True)
    counts = []
    for last4 in range(1000, 1009):
        saved_cards.give(ada, str(last4))
        with statements(stocked.engine) as seen:
            saved_cards.listed(ada)
        counts.append(len(seen))
    assert set(counts) == {3}, seen


def test_a_saved_card_adds_two_statements_to_the_start_of_a_payment(stocked: Shop) -> None:
    """The owner of the card, and its use."""
    ada = saved_cards.shopper(stocked, app=True)
    card = saved_cards.keep(ada)
    actor = Actor("shopper", "app", id=UUID(saved_cards.customer(stocked)))
    only_begin = UseCaseRunner(stocked.runner.sessions, stocked.runner.ports)
    counts = []
    for chosen in (None, UUID(card)):
        command = BeginPayment(saved_cards.order(ada, {"SKU-39": 1}).number, "app", card=chosen)
        with statements(stocked.engine) as seen:
            only_begin.perform(begin_payment, command, actor)
        counts.append(len(seen))
    assert counts[1] - counts[0] == 2, seen
