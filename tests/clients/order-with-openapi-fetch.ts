// Places an order with the types of openapi-typescript and the calls of openapi-fetch.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import createClient from "openapi-fetch";
import type { paths } from "./generated/schema.js";

const baseUrl = process.env["SHOP"];
assert.ok(baseUrl, "Set SHOP to the address of a running demo shop.");

const shop = createClient<paths>({ baseUrl });
const bearer = (token: string | undefined) => ({ headers: { Authorization: `Bearer ${token}` } });

function must<T>(answer: { data?: T; error?: unknown; response: Response }): NonNullable<T> {
  assert.ok(answer.data, `${answer.response.url}: ${JSON.stringify(answer.error)}`);
  return answer.data;
}

const found = must(await shop.GET("/api/v1/products", { params: { query: { q: "party bunting", limit: 1 } } }));
const variant = found.items[0]?.variants[0];
assert.ok(variant?.price);
assert.equal(variant.sku, "47566");

const near = must(
  await shop.GET("/api/v1/availability", {
    params: { query: { line: [`${variant.sku}:2`], near: "53.80,-1.55", limit: 1 } },
  }),
);
const store = near.items[0];
assert.ok(store?.serves_all);

const cart = must(await shop.POST("/api/v1/carts"));
const path = { cart_id: cart.id };
await shop
  .PUT("/api/v1/carts/{cart_id}/lines/{sku}", {
    ...bearer(cart.token),
    params: { path: { ...path, sku: variant.sku } },
    body: { quantity: 2 },
  })
  .then(must);
const filled = must(
  await shop.PUT("/api/v1/carts/{cart_id}/fulfilment", {
    ...bearer(cart.token),
    params: { path },
    body: { type: "pickup", location: store.location },
  }),
);
assert.equal(filled.quote.total, 2 * variant.price.amount);

const checkout = {
  ...bearer(cart.token),
  body: {
    expected_total: filled.quote.total,
    contact: { name: "Ada", email: "ada@example.com" },
    payment: { method: "at_pickup" as const },
  },
};
const header = { "Idempotency-Key": randomUUID() };
const placed = must(
  await shop.POST("/api/v1/carts/{cart_id}/checkout", { ...checkout, params: { path, header } }),
);
assert.equal(placed.status, "placed");
assert.equal(placed.fulfilments[0]?.location, store.location);

const order = must(
  await shop.GET("/api/v1/orders/{number}", {
    ...bearer(placed.token),
    params: { path: { number: placed.number } },
  }),
);
assert.equal(order.number, placed.number);
assert.deepEqual(
  order.lines.map((line) => [line.sku, line.quantity, line.total]),
  [[variant.sku, 2, filled.quote.total]],
);
assert.equal(order.amount_outstanding, filled.quote.total);

const refused = await shop.GET("/api/v1/orders/{number}", {
  ...bearer("not its token"),
  params: { path: { number: placed.number } },
});
assert.equal(refused.error?.code, "unauthorised");
console.log(`openapi-fetch: ${order.number}, ${order.status}, ${order.total} ${order.currency}`);
