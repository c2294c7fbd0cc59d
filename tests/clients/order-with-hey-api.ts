// Places an order with the functions that @hey-api/openapi-ts generates.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { client } from "./generated/hey/client.gen.js";
import * as shop from "./generated/hey/sdk.gen.js";

const baseUrl = process.env["SHOP"];
assert.ok(baseUrl, "Set SHOP to the address of a running demo shop.");
client.setConfig({ baseUrl, throwOnError: true });
const throwOnError = true as const;

const { data: found } = await shop.listProducts({
  query: { q: "party bunting", limit: 1 },
  throwOnError,
});
const variant = found.items[0]?.variants[0];
assert.ok(variant?.price);
assert.equal(variant.sku, "47566");

const { data: near } = await shop.getAvailability({
  query: { line: [`${variant.sku}:2`], near: "53.80,-1.55", limit: 1 },
  throwOnError,
});
const store = near.items[0];
assert.ok(store?.serves_all);

const { data: cart } = await shop.createCart({ throwOnError });
const ofCart = { path: { cart_id: cart.id }, auth: cart.token, throwOnError };
await shop.setCartLine({
  ...ofCart,
  path: { cart_id: cart.id, sku: variant.sku },
  body: { quantity: 2 },
});
const { data: filled } = await shop.setCartFulfilment({
  ...ofCart,
  body: { type: "pickup", location: store.location },
});
assert.equal(filled.quote.total, 2 * variant.price.amount);

const { data: placed } = await shop.placeOrder({
  ...ofCart,
  headers: { "Idempotency-Key": randomUUID() },
  body: {
    expected_total: filled.quote.total,
    contact: { name: "Ada", email: "ada@example.com" },
    payment: { method: "at_pickup" },
  },
});
assert.equal(placed.status, "placed");
assert.equal(placed.fulfilments[0]?.location, store.location);

const { data: order } = await shop.getOrder({
  path: { number: placed.number },
  auth: placed.token,
  throwOnError,
});
assert.equal(order.number, placed.number);
assert.deepEqual(
  order.lines.map((line) => [line.sku, line.quantity, line.total]),
  [[variant.sku, 2, filled.quote.total]],
);
assert.equal(order.amount_outstanding, filled.quote.total);

const { error } = await shop.getOrder({
  path: { number: placed.number },
  auth: "not its token",
  throwOnError: false,
});
assert.equal(error?.code, "unauthorised");
console.log(`@hey-api/openapi-ts: ${order.number}, ${order.status}, ${order.total} ${order.currency}`);
