# The tour of the README: one order from search to hand-over. Run it while `make run` runs.
set -eu
API=http://localhost:${PORT:-8000}/api
JSON="Content-Type: application/json"
field() { python3 -c "import json, sys; print(json.load(sys.stdin)$1)"; }
# Wait until the shopper has this many emails about the order: a superseded notification is never sent.
letters() {
  for _ in $(seq 100); do
    [ "$(cat "${VAR:-var}"/mail/*.eml 2>/dev/null | grep -c "^Subject: .*$NUMBER")" -ge "$1" ] && break
    sleep 0.1
  done
}
key() { echo "Idempotency-Key: $(python3 -c 'import uuid; print(uuid.uuid4())')"; }

echo "# Find a product, and the stores near Leeds that have two units of it."
curl -s "$API/v1/products?q=party+bunting&limit=1"
curl -s "$API/v1/availability?line=47566:2&near=53.80,-1.55&limit=2"

echo "# Fill a cart with two units, to collect in Leeds."
CART=$(curl -s -X POST $API/v1/carts)
ID=$(echo "$CART" | field "['id']")
SHOPPER="Authorization: Bearer $(echo "$CART" | field "['token']")"
curl -s -X PUT $API/v1/carts/$ID/lines/47566 -H "$SHOPPER" -H "$JSON" -d '{"quantity": 2}' >/dev/null
curl -s -X PUT $API/v1/carts/$ID/fulfilment -H "$SHOPPER" -H "$JSON" \
  -d '{"type": "pickup", "location": "lds"}'

echo "# Apply a coupon, and show the price breakdown in words."
curl -s -X PUT $API/v1/carts/$ID/coupons/welcome -H "$SHOPPER" >/dev/null
curl -s $API/v1/carts/$ID/price-breakdown -H "$SHOPPER"

echo "# Place the order. A total that differs from the expected one is refused."
ORDER=$(curl -s -X POST $API/v1/carts/$ID/checkout -H "$SHOPPER" -H "$JSON" -H "$(key)" -d '{
  "expected_total": 890, "payment": {"method": "at_pickup"}, "pickup_person": {"name": "Charles"},
  "contact": {"name": "Ada", "email": "ada@example.com"}}')
echo "$ORDER"
NUMBER=$(echo "$ORDER" | field "['number']")
letters 1
CODE=$(echo "$ORDER" | field "['fulfilments'][0]['code']")
SHOPPER="Authorization: Bearer $(echo "$ORDER" | field "['token']")"

echo "# Staff in Leeds see the pick task, scan the goods and mark the order ready. An email with code and QR goes out."
STAFF="Authorization: Bearer $(field "['stores']['lds']['device_token']" <"${VAR:-var}/demo.json")"
TASKS=$(curl -s $API/pos/v1/tasks?limit=100 -H "$STAFF")
FULFILMENT=$(echo "$TASKS" | python3 -c "
import json, sys
print(next(t['fulfilment'] for t in json.load(sys.stdin)['items'] if t['number'] == '$NUMBER'))")
curl -s -X POST $API/pos/v1/fulfilments/$FULFILMENT/picks -H "$STAFF" -H "$JSON" -H "$(key)" \
  -d '{"lines": [{"sku": "47566", "quantity": 2}]}' >/dev/null
curl -s -X POST $API/pos/v1/fulfilments/$FULFILMENT/ready -H "$STAFF" >/dev/null
letters 2

echo "# The shopper arrives: the order goes to the top of the store's list."
curl -s -X POST $API/v1/orders/$NUMBER/arrived -H "$SHOPPER" >/dev/null
curl -s $API/pos/v1/tasks?limit=1 -H "$STAFF"

echo "# Hand over against the code and cash. A second hand-over with the same code is refused."
HAND_OVER="{\"code\": \"$CODE\", \"payments\": [{\"method\": \"cash\", \"amount\": 890, \"tendered\": 900}]}"
curl -s -X POST $API/pos/v1/orders/$NUMBER/hand-over -H "$STAFF" -H "$JSON" -H "$(key)" -d "$HAND_OVER"
curl -s -X POST $API/pos/v1/orders/$NUMBER/hand-over -H "$STAFF" -H "$JSON" -H "$(key)" -d "$HAND_OVER"

echo "# Show the history of the order."
curl -s $API/v1/orders/$NUMBER/events -H "$SHOPPER" | python3 -c "
import json, sys
for event in json.load(sys.stdin)['items']:
    print(event['occurred_at'], event['kind'], 'by', event['actor_kind'])"
echo "$NUMBER" >"${VAR:-var}/tour-order"
