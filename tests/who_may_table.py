"""Who is let in: every route and every role, to be read across. tests/test_who_may.py tries each cell."""

TABLE = """
                                                               anon cart cart2 order order2 till till2 revoked app merchant metrics shopB shopA
GET    /api/v1/products                                         +    +     +     +     +     +     +      +     +     +        +      +     +
GET    /api/v1/products/<handle>                                +    +     +     +     +     +     +      +     +     +        +      +     +
GET    /api/v1/availability                                     +    +     +     +     +     +     +      +     +     +        +      +     +
GET    /api/v1/keys                                             +    +     +     +     +     +     +      +     +     +        +      +     +
POST   /api/v1/carts                                            +    +     +     +     +     +     +      +     +     +        +      +     +
GET    /api/v1/carts/<cart_id>                                  -    +     -     -     -     -     -      -     -     -        -      -     +
GET    /api/v1/carts/<cart_id>/explain                          -    +     -     -     -     -     -      -     -     -        -      -     +
PUT    /api/v1/carts/<cart_id>/lines/<sku>                      -    +     -     -     -     -     -      -     -     -        -      -     +
PUT    /api/v1/carts/<cart_id>/fulfilment                       -    +     -     -     -     -     -      -     -     -        -      -     +
PUT    /api/v1/carts/<cart_id>/coupons/<code>                   -    +     -     -     -     -     -      -     -     -        -      -     +
DELETE /api/v1/carts/<cart_id>/coupons/<code>                   -    +     -     -     -     -     -      -     -     -        -      -     +
POST   /api/v1/carts/<cart_id>/quote                            -    +     -     -     -     -     -      -     -     -        -      -     +
POST   /api/v1/carts/<cart_id>/checkout                         -    +     -     -     -     -     -      -     -     -        -      -     +
GET    /api/v1/orders/<number>                                  -    -     -     +     -     -     -      -     -     -        -      -     +
GET    /api/v1/orders/<number>/explain                          -    -     -     +     -     -     -      -     -     -        -      -     +
POST   /api/v1/orders/<number>/payments                         -    -     -     +     -     -     -      -     -     -        -      -     +
POST   /api/v1/gift-cards/balance                               +    +     +     +     +     +     +      +     +     +        +      +     +
POST   /webhooks/stripe                                         s    s     s     s     s     s     s      s     s     s        s      s     s
GET    /api/v1/orders/<number>/events                           -    -     -     +     -     -     -      -     -     -        -      -     +
GET    /api/v1/orders/<number>/documents                        -    -     -     +     -     -     -      -     -     -        -      -     +
GET    /api/v1/orders/<number>/documents/<document_id>.pdf      -    -     -     +     -     -     -      -     -     -        -      -     +
POST   /api/v1/orders/<number>/arrived                          -    -     -     +     -     -     -      -     -     -        -      -     +
POST   /api/v1/orders/<number>/cancel                           -    -     -     +     -     -     -      -     -     -        -      -     +
GET    /api/v1/recipients                                       +    +     +     +     +     +     +      +     +     +        +      +     +
PUT    /api/v1/carts/<cart_id>/consents                         -    +     -     -     -     -     -      -     -     -        -      -     +
GET    /api/v1/orders/<number>/consents                         -    -     -     +     -     -     -      -     -     -        -      -     +
PUT    /api/v1/orders/<number>/consents                         -    -     -     +     -     -     -      -     -     -        -      -     +
POST   /api/v1/account/codes                                    +    +     +     +     +     +     +      +     +     +        +      +     +
POST   /api/v1/account/sign-in/code                             +    +     +     +     +     +     +      +     +     +        +      +     +
POST   /api/v1/account/sign-in/password                         +    +     +     +     +     +     +      +     +     +        +      +     +
POST   /api/v1/account/sign-in/passkey/options                  +    +     +     +     +     +     +      +     +     +        +      +     +
POST   /api/v1/account/sign-in/passkey                          +    +     +     +     +     +     +      +     +     +        +      +     +
POST   /api/v1/account/password-reset                           +    +     +     +     +     +     +      +     +     +        +      +     +
POST   /api/v1/account/refresh                                  +    +     +     +     +     +     +      +     +     +        +      +     +
GET    /api/v1/account                                          -    -     -     -     -     -     -      -     -     -        -      +     +
PATCH  /api/v1/account                                          -    -     -     -     -     -     -      -     -     -        -      +     +
GET    /api/v1/account/sessions                                 -    -     -     -     -     -     -      -     -     -        -      +     +
DELETE /api/v1/account/sessions/<session_id>                    -    -     -     -     -     -     -      -     -     -        -      o     +
POST   /api/v1/account/reach                                    -    -     -     -     -     -     -      -     -     -        -      +     +
POST   /api/v1/account/reach/verify                             -    -     -     -     -     -     -      -     -     -        -      +     +
PUT    /api/v1/account/password                                 -    -     -     -     -     -     -      -     -     -        -      +     +
GET    /api/v1/account/cart                                     -    -     -     -     -     -     -      -     -     -        -      +     +
PUT    /api/v1/account/cart                                     -    -     -     -     -     -     -      -     -     -        -      +     +
GET    /api/v1/account/orders                                   -    -     -     -     -     -     -      -     -     -        -      +     +
GET    /api/v1/account/preferences                              -    -     -     -     -     -     -      -     -     -        -      +     +
PATCH  /api/v1/account/preferences                              -    -     -     -     -     -     -      -     -     -        -      +     +
GET    /api/v1/account/passkeys                                 -    -     -     -     -     -     -      -     -     -        -      +     +
POST   /api/v1/account/passkeys/options                         -    -     -     -     -     -     -      -     -     -        -      +     +
POST   /api/v1/account/passkeys                                 -    -     -     -     -     -     -      -     -     -        -      +     +
DELETE /api/v1/account/passkeys/<passkey_id>                    -    -     -     -     -     -     -      -     -     -        -      o     +
GET    /api/v1/account/addresses                                -    -     -     -     -     -     -      -     -     -        -      +     +
POST   /api/v1/account/addresses                                -    -     -     -     -     -     -      -     -     -        -      +     +
PUT    /api/v1/account/addresses/<address_id>                   -    -     -     -     -     -     -      -     -     -        -      o     +
DELETE /api/v1/account/addresses/<address_id>                   -    -     -     -     -     -     -      -     -     -        -      o     +
GET    /api/v1/account/wishes                                   -    -     -     -     -     -     -      -     -     -        -      +     +
PUT    /api/v1/account/wishes/<sku>                             -    -     -     -     -     -     -      -     -     -        -      +     +
DELETE /api/v1/account/wishes/<sku>                             -    -     -     -     -     -     -      -     -     -        -      +     +
GET    /api/v1/account/export                                   -    -     -     -     -     -     -      -     -     -        -      +     +
GET    /api/v1/account/export.html                              -    -     -     -     -     -     -      -     -     -        -      +     +
POST   /api/v1/account/erasure/code                             -    -     -     -     -     -     -      -     -     -        -      +     +
POST   /api/v1/account/erasure                                  -    -     -     -     -     -     -      -     -     -        -      +     +
POST   /api/v1/account/sign-out                                 -    -     -     -     -     -     -      -     -     -        -      +     +
GET    /orders/<number>                                         -    -     -     +     -     -     -      -     -     -        -      -     +
POST   /orders/<number>/arrived                                 -    -     -     f     -     -     -      -     -     -        -      -     f
POST   /orders/<number>/pay                                     -    -     -     f     -     -     -      -     -     -        -      -     f
POST   /orders/<number>/cancel                                  -    -     -     f     -     -     -      -     -     -        -      -     f
POST   /api/pos/v1/pair                                         +    +     +     +     +     +     +      +     +     +        +      +     +
POST   /api/pos/v1/sessions                                     -    -     -     -     -     +     +      -     -     -        -      -     -
DELETE /api/pos/v1/sessions                                     -    -     -     -     -     +     +      -     -     -        -      -     -
GET    /api/pos/v1/tasks                                        -    -     -     -     -     +     +      -     -     -        -      -     -
GET    /api/pos/v1/counts                                       -    -     -     -     -     +     +      -     -     -        -      -     -
POST   /api/pos/v1/counts                                       -    -     -     -     -     +     +      -     -     -        -      -     -
GET    /api/pos/v1/orders/<number>                              -    -     -     -     -     +     o      -     -     -        -      -     -
GET    /api/pos/v1/orders/<number>/documents                    -    -     -     -     -     +     o      -     -     -        -      -     -
GET    /api/pos/v1/orders/<number>/documents/<document_id>.pdf  -    -     -     -     -     +     o      -     -     -        -      -     -
POST   /api/pos/v1/orders/<number>/hand-over                    -    -     -     -     -     +     o      -     -     -        -      -     -
POST   /api/pos/v1/orders/<number>/payments                     -    -     -     -     -     +     o      -     -     -        -      -     -
POST   /api/pos/v1/orders/<number>/refund-plan                  -    -     -     -     -     +     o      -     -     -        -      -     -
POST   /api/pos/v1/orders/<number>/refunds                      -    -     -     -     -     +     o      -     -     -        -      -     -
POST   /api/pos/v1/gift-cards/balance                           -    -     -     -     -     +     +      -     -     -        -      -     -
POST   /api/pos/v1/shifts                                       -    -     -     -     -     +     +      -     -     -        -      -     -
GET    /api/pos/v1/shifts/current                               -    -     -     -     -     +     +      -     -     -        -      -     -
POST   /api/pos/v1/shifts/current/cash                          -    -     -     -     -     +     +      -     -     -        -      -     -
POST   /api/pos/v1/shifts/current/close                         -    -     -     -     -     +     +      -     -     -        -      -     -
POST   /api/pos/v1/fulfilments/<fulfilment_id>/picks            -    -     -     -     -     +     o      -     -     -        -      -     -
POST   /api/pos/v1/fulfilments/<fulfilment_id>/ready            -    -     -     -     -     +     o      -     -     -        -      -     -
POST   /api/pos/v1/fulfilments/<fulfilment_id>/put-back         -    -     -     -     -     +     o      -     -     -        -      -     -
POST   /api/pos/v1/fulfilments/<fulfilment_id>/reinstate        -    -     -     -     -     +     o      -     -     -        -      -     -
GET    /api/pos/v1/customers                                    -    -     -     -     -     +     +      -     -     -        -      -     -
POST   /api/pos/v1/customers                                    -    -     -     -     -     +     +      -     -     -        -      -     -
GET    /api/pos/v1/customers/<customer_id>                      -    -     -     -     -     +     +      -     -     -        -      -     -
POST   /api/pos/v1/customers/<customer_id>/notes                -    -     -     -     -     +     +      -     -     -        -      -     -
GET    /api/pos/v1/customers/<customer_id>/merge-preview/<merged_id> -    -     -     -     -     +     +      -     -     -        -      -     -
GET    /api/pos/v1/customers/<customer_id>/merges               -    -     -     -     -     +     +      -     -     -        -      -     -
POST   /api/pos/v1/customers/<customer_id>/merges               -    -     -     -     -     +     +      -     -     -        -      -     -
POST   /api/pos/v1/customers/<customer_id>/merges/<merge_id>/undo -    -     -     -     -     +     +      -     -     -        -      -     -
GET    /api/pos/v1/customers/<customer_id>/timeline             -    -     -     -     -     +     +      -     -     -        -      -     -
GET    /api/pos/v1/customers/<customer_id>/preferences          -    -     -     -     -     +     +      -     -     -        -      -     -
PATCH  /api/pos/v1/customers/<customer_id>/preferences          -    -     -     -     -     +     +      -     -     -        -      -     -
GET    /api/admin/v1/products                                   -    -     -     -     -     -     -      -     -     +        -      -     -
POST   /api/admin/v1/products                                   -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/products/<handle>                          -    -     -     -     -     -     -      -     -     +        -      -     -
PATCH  /api/admin/v1/products/<handle>                          -    -     -     -     -     -     -      -     -     +        -      -     -
POST   /api/admin/v1/products/<handle>/publish                  -    -     -     -     -     -     -      -     -     +        -      -     -
POST   /api/admin/v1/products/<handle>/withdraw                 -    -     -     -     -     -     -      -     -     +        -      -     -
POST   /api/admin/v1/products/<handle>/variants                 -    -     -     -     -     -     -      -     -     +        -      -     -
PATCH  /api/admin/v1/products/<handle>/variants/<sku>           -    -     -     -     -     -     -      -     -     +        -      -     -
POST   /api/admin/v1/products/<handle>/variants/<sku>/publish   -    -     -     -     -     -     -      -     -     +        -      -     -
POST   /api/admin/v1/products/<handle>/variants/<sku>/withdraw  -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/promotions                                 -    -     -     -     -     -     -      -     -     +        -      -     -
POST   /api/admin/v1/promotions                                 -    -     -     -     -     -     -      -     -     +        -      -     -
POST   /api/admin/v1/promotions/preview                         -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/promotions/<code>                          -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/promotions/<code>/coupons                  -    -     -     -     -     -     -      -     -     +        -      -     -
POST   /api/admin/v1/promotions/<code>/coupons                  -    -     -     -     -     -     -      -     -     +        -      -     -
POST   /api/admin/v1/promotions/<code>/coupons/<coupon>/end     -    -     -     -     -     -     -      -     -     +        -      -     -
POST   /api/admin/v1/promotions/<code>/end                      -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/price-lists                                -    -     -     -     -     -     -      -     -     +        -      -     -
POST   /api/admin/v1/price-lists                                -    -     -     -     -     -     -      -     -     +        -      -     -
PUT    /api/admin/v1/prices                                     -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/variants/<sku>/prices                      -    -     -     -     -     -     -      -     -     +        -      -     -
PUT    /api/admin/v1/tax-rates                                  -    -     -     -     -     -     -      -     -     +        -      -     -
PUT    /api/admin/v1/markets                                    -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/staff                                      -    -     -     -     -     -     -      -     -     +        -      -     -
POST   /api/admin/v1/staff                                      -    -     -     -     -     -     -      -     -     x        -      -     -
PUT    /api/admin/v1/staff/<staff_number>/stores/<store>        -    -     -     -     -     -     -      -     -     x        -      -     -
POST   /api/admin/v1/staff/<staff_number>/pin                   -    -     -     -     -     -     -      -     -     x        -      -     -
POST   /api/admin/v1/staff/<staff_number>/end                   -    -     -     -     -     -     -      -     -     x        -      -     -
GET    /api/admin/v1/devices                                    -    -     -     -     -     -     -      -     -     +        -      -     -
POST   /api/admin/v1/devices                                    -    -     -     -     -     -     -      -     -     x        -      -     -
POST   /api/admin/v1/devices/<device_id>/revoke                 -    -     -     -     -     -     -      -     -     x        -      -     -
GET    /api/admin/v1/keys                                       -    -     -     -     -     -     -      -     -     x        -      -     -
POST   /api/admin/v1/keys                                       -    -     -     -     -     -     -      -     -     x        -      -     -
POST   /api/admin/v1/keys/<key_id>/revoke                       -    -     -     -     -     -     -      -     -     x        -      -     -
GET    /api/admin/v1/users                                      -    -     -     -     -     -     -      -     -     x        -      -     -
POST   /api/admin/v1/users                                      -    -     -     -     -     -     -      -     -     x        -      -     -
PUT    /api/admin/v1/users/<user_id>/roles                      -    -     -     -     -     -     -      -     -     x        -      -     -
POST   /api/admin/v1/users/<user_id>/disable                    -    -     -     -     -     -     -      -     -     x        -      -     -
POST   /api/admin/v1/invitations/accept                         +    +     +     +     +     +     +      +     +     +        +      +     +
POST   /api/admin/v1/sessions                                   +    +     +     +     +     +     +      +     +     +        +      +     +
GET    /api/admin/v1/sessions                                   -    -     -     -     -     -     -      -     -     x        -      -     -
DELETE /api/admin/v1/sessions/<session_id>                      -    -     -     -     -     -     -      -     -     x        -      -     -
GET    /api/admin/v1/audit                                      -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/legal-entities                             -    -     -     -     -     -     -      -     -     +        -      -     -
PUT    /api/admin/v1/legal-entities/<code>                      -    -     -     -     -     -     -      -     -     +        -      -     -
PUT    /api/admin/v1/legal-entities/<code>/locations/<location> -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/documents                                  -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/documents/<document_id>                    -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/documents/<document_id>.pdf                -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/customers                                  -    -     -     -     -     -     -      -     -     +        -      -     -
POST   /api/admin/v1/customers                                  -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/customers/duplicates                       -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/customers/<customer_id>                    -    -     -     -     -     -     -      -     -     +        -      -     -
PATCH  /api/admin/v1/customers/<customer_id>                    -    -     -     -     -     -     -      -     -     +        -      -     -
POST   /api/admin/v1/customers/<customer_id>/notes              -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/customers/<customer_id>/timeline           -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/customers/<customer_id>/duplicates         -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/customers/<customer_id>/merge-preview/<merged_id> -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/customers/<customer_id>/merges             -    -     -     -     -     -     -      -     -     +        -      -     -
POST   /api/admin/v1/customers/<customer_id>/merges             -    -     -     -     -     -     -      -     -     +        -      -     -
POST   /api/admin/v1/customers/<customer_id>/merges/<merge_id>/undo -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/customers/<customer_id>/consents           -    -     -     -     -     -     -      -     -     +        -      -     -
PUT    /api/admin/v1/customers/<customer_id>/consents           -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/customers/<customer_id>/export             -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /api/admin/v1/customers/<customer_id>/export.html        -    -     -     -     -     -     -      -     -     +        -      -     -
POST   /api/admin/v1/customers/<customer_id>/erase              -    -     -     -     -     -     -      -     -     x        -      -     -
POST   /api/admin/v1/erasures                                   -    -     -     -     -     -     -      -     -     x        -      -     -
GET    /api/admin/v1/customers/<customer_id>/preferences        -    -     -     -     -     -     -      -     -     +        -      -     -
PATCH  /api/admin/v1/customers/<customer_id>/preferences        -    -     -     -     -     -     -      -     -     +        -      -     -
GET    /metrics                                                 -    -     -     -     -     -     -      -     -     -        +      -     -
GET    /healthz                                                 +    +     +     +     +     +     +      +     +     +        +      +     +
GET    /readyz                                                  +    +     +     +     +     +     +      +     +     +        +      +     +
GET    /api/docs                                                +    +     +     +     +     +     +      +     +     +        +      +     +
GET    /api/docs/<name>                                         +    +     +     +     +     +     +      +     +     +        +      +     +
GET    /api/v1/openapi.json                                     +    +     +     +     +     +     +      +     +     +        +      +     +
GET    /static/<filename>                                       +    +     +     +     +     +     +      +     +     +        +      +     +
GET    /live/orders/<number>                                    -    -     -     +     -     -     -      -     -     -        -      -     +
GET    /live/tasks                                              -    -     -     -     -     +     +      -     -     -        -      -     -
"""
"""+ let in, - 401, o 404: it is not at this store or not one's own, f 403: our own form would have to be used, x 403:
it is not among one's rights, a 403: only with a manager's approval, s 400: the provider's signature is missing.
The cart, the order and the till are those that the path names; cart2, order2 and till2 are others of the kind. The
till is trusted to work alone; merchant is a key with all scopes. The order is shopper A's, who has claimed it, and so
is all that has an id in the paths of an account. Where a path names a cart it is A's own for both shoppers, a guest's
for all others."""

MERCHANT_TABLE = """
                                                               owner catalogue prices stock orders support read-only key+ key- out
GET    /api/admin/v1/products                                    +       +       +      +     +       +        +      +    x    -
POST   /api/admin/v1/products                                    +       +       x      x     x       x        x      +    x    -
GET    /api/admin/v1/products/<handle>                           +       +       +      +     +       +        +      +    x    -
PATCH  /api/admin/v1/products/<handle>                           +       +       x      x     x       x        x      +    x    -
POST   /api/admin/v1/products/<handle>/publish                   +       +       x      x     x       x        x      +    x    -
POST   /api/admin/v1/products/<handle>/withdraw                  +       +       x      x     x       x        x      +    x    -
POST   /api/admin/v1/products/<handle>/variants                  +       +       x      x     x       x        x      +    x    -
PATCH  /api/admin/v1/products/<handle>/variants/<sku>            +       +       x      x     x       x        x      +    x    -
POST   /api/admin/v1/products/<handle>/variants/<sku>/publish    +       +       x      x     x       x        x      +    x    -
POST   /api/admin/v1/products/<handle>/variants/<sku>/withdraw   +       +       x      x     x       x        x      +    x    -
GET    /api/admin/v1/promotions                                  +       +       +      +     +       +        +      +    x    -
POST   /api/admin/v1/promotions                                  +       x       +      x     x       x        x      +    x    -
POST   /api/admin/v1/promotions/preview                          +       +       +      +     +       +        +      +    x    -
GET    /api/admin/v1/promotions/<code>                           +       +       +      +     +       +        +      +    x    -
GET    /api/admin/v1/promotions/<code>/coupons                   +       +       +      +     +       +        +      +    x    -
POST   /api/admin/v1/promotions/<code>/coupons                   +       x       +      x     x       x        x      +    x    -
POST   /api/admin/v1/promotions/<code>/coupons/<coupon>/end      +       x       +      x     x       x        x      +    x    -
POST   /api/admin/v1/promotions/<code>/end                       +       x       +      x     x       x        x      +    x    -
GET    /api/admin/v1/price-lists                                 +       +       +      +     +       +        +      +    x    -
POST   /api/admin/v1/price-lists                                 +       x       +      x     x       x        x      +    x    -
PUT    /api/admin/v1/prices                                      +       x       +      x     x       x        x      +    x    -
GET    /api/admin/v1/variants/<sku>/prices                       +       +       +      +     +       +        +      +    x    -
PUT    /api/admin/v1/tax-rates                                   +       x       +      x     x       x        x      +    x    -
PUT    /api/admin/v1/markets                                     +       x       +      x     x       x        x      +    x    -
GET    /api/admin/v1/staff                                       +       x       x      x     +       +        +      +    x    -
POST   /api/admin/v1/staff                                       +       x       x      x     x       x        x      x    x    -
PUT    /api/admin/v1/staff/<staff_number>/stores/<store>         +       x       x      x     x       x        x      x    x    -
POST   /api/admin/v1/staff/<staff_number>/pin                    +       x       x      x     x       x        x      x    x    -
POST   /api/admin/v1/staff/<staff_number>/end                    +       x       x      x     x       x        x      x    x    -
GET    /api/admin/v1/devices                                     +       x       x      +     +       +        +      +    x    -
POST   /api/admin/v1/devices                                     +       x       x      x     x       x        x      x    x    -
POST   /api/admin/v1/devices/<device_id>/revoke                  +       x       x      x     x       x        x      x    x    -
GET    /api/admin/v1/keys                                        +       x       x      x     x       x        x      x    x    -
POST   /api/admin/v1/keys                                        +       x       x      x     x       x        x      x    x    -
POST   /api/admin/v1/keys/<key_id>/revoke                        +       x       x      x     x       x        x      x    x    -
GET    /api/admin/v1/users                                       +       x       x      x     x       x        x      x    x    -
POST   /api/admin/v1/users                                       +       x       x      x     x       x        x      x    x    -
PUT    /api/admin/v1/users/<user_id>/roles                       +       x       x      x     x       x        x      x    x    -
POST   /api/admin/v1/users/<user_id>/disable                     +       x       x      x     x       x        x      x    x    -
GET    /api/admin/v1/sessions                                    +       +       +      +     +       +        +      x    x    -
DELETE /api/admin/v1/sessions/<session_id>                       +       o       o      o     o       o        o      x    x    -
GET    /api/admin/v1/audit                                       +       x       x      x     x       x        +      +    x    -
GET    /api/admin/v1/legal-entities                              +       x       x      x     +       +        +      +    x    -
PUT    /api/admin/v1/legal-entities/<code>                       +       x       x      x     x       x        x      +    x    -
PUT    /api/admin/v1/legal-entities/<code>/locations/<location>  +       x       x      x     x       x        x      +    x    -
GET    /api/admin/v1/documents                                   +       x       x      x     +       +        +      +    x    -
GET    /api/admin/v1/documents/<document_id>                     +       x       x      x     +       +        +      +    x    -
GET    /api/admin/v1/documents/<document_id>.pdf                 +       x       x      x     +       +        +      +    x    -
GET    /api/admin/v1/customers                                   +       x       x      x     +       +        +      +    x    -
POST   /api/admin/v1/customers                                   +       x       x      x     x       +        x      +    x    -
GET    /api/admin/v1/customers/duplicates                        +       x       x      x     +       +        +      +    x    -
GET    /api/admin/v1/customers/<customer_id>                     +       x       x      x     +       +        +      +    x    -
PATCH  /api/admin/v1/customers/<customer_id>                     +       x       x      x     x       +        x      +    x    -
POST   /api/admin/v1/customers/<customer_id>/notes               +       x       x      x     x       +        x      +    x    -
GET    /api/admin/v1/customers/<customer_id>/timeline            +       x       x      x     +       +        +      +    x    -
GET    /api/admin/v1/customers/<customer_id>/duplicates          +       x       x      x     +       +        +      +    x    -
GET    /api/admin/v1/customers/<customer_id>/merge-preview/<merged_id> +       x       x      x     +       +        +      +    x    -
GET    /api/admin/v1/customers/<customer_id>/merges              +       x       x      x     +       +        +      +    x    -
POST   /api/admin/v1/customers/<customer_id>/merges              +       x       x      x     x       +        x      +    x    -
POST   /api/admin/v1/customers/<customer_id>/merges/<merge_id>/undo +       x       x      x     x       +        x      +    x    -
GET    /api/admin/v1/customers/<customer_id>/consents            +       x       x      x     +       +        +      +    x    -
PUT    /api/admin/v1/customers/<customer_id>/consents            +       x       x      x     x       +        x      +    x    -
GET    /api/admin/v1/customers/<customer_id>/export              +       x       x      x     x       +        x      +    x    -
GET    /api/admin/v1/customers/<customer_id>/export.html         +       x       x      x     x       +        x      +    x    -
POST   /api/admin/v1/customers/<customer_id>/erase               +       x       x      x     x       +        x      x    x    -
POST   /api/admin/v1/erasures                                    +       x       x      x     x       +        x      x    x    -
GET    /api/admin/v1/customers/<customer_id>/preferences         +       x       x      x     +       +        +      +    x    -
PATCH  /api/admin/v1/customers/<customer_id>/preferences         +       x       x      x     x       +        x      +    x    -
"""
"""Users by role; out has signed out. key+ has the one scope that the route needs, key- all the others. Everywhere
else they are as anybody (anon)."""
