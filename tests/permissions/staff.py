"""Permissions of staff at a till, to be read across."""

STAFF_TABLE = """
                                                               picker cashier manager cashier2 elsewhere left nobody
POST   /api/pos/v1/sessions                                      +       +       +       +         +      +     +
DELETE /api/pos/v1/sessions                                      +       +       +       +         +      +     +
GET    /api/pos/v1/tasks                                         +       +       +       +         -      -     -
GET    /api/pos/v1/counts                                        +       +       +       +         -      -     -
POST   /api/pos/v1/counts                                        +       a       +       a         -      -     -
GET    /api/pos/v1/orders/<number>                               +       +       +       o         -      -     -
GET    /api/pos/v1/orders/<number>/documents                     +       +       +       o         -      -     -
GET    /api/pos/v1/orders/<number>/documents/<document_id>.pdf   +       +       +       o         -      -     -
POST   /api/pos/v1/orders/<number>/hand-over                     x       +       +       o         -      -     -
POST   /api/pos/v1/orders/<number>/payments                      x       +       +       o         -      -     -
POST   /api/pos/v1/orders/<number>/refund-plan                   +       +       +       o         -      -     -
POST   /api/pos/v1/orders/<number>/refunds                       x       a       +       a         -      -     -
POST   /api/pos/v1/orders/<number>/manual-refunds                x       a       +       a         -      -     -
POST   /api/pos/v1/gift-cards/balance                            x       +       +       +         -      -     -
POST   /api/pos/v1/shifts                                        x       +       +       +         -      -     -
GET    /api/pos/v1/shifts/current                                x       +       +       +         -      -     -
POST   /api/pos/v1/shifts/current/cash                           x       +       +       +         -      -     -
POST   /api/pos/v1/shifts/current/close                          x       +       +       +         -      -     -
POST   /api/pos/v1/fulfilments/<fulfilment_id>/picks             +       +       +       o         -      -     -
POST   /api/pos/v1/fulfilments/<fulfilment_id>/ready             +       +       +       o         -      -     -
POST   /api/pos/v1/fulfilments/<fulfilment_id>/restock           +       +       +       o         -      -     -
POST   /api/pos/v1/fulfilments/<fulfilment_id>/reinstate         a       a       +       a         -      -     -
GET    /api/pos/v1/customers                                     x       +       +       +         -      -     -
POST   /api/pos/v1/customers                                     x       +       +       +         -      -     -
GET    /api/pos/v1/customers/<customer_id>                       x       +       +       +         -      -     -
POST   /api/pos/v1/customers/<customer_id>/notes                 x       +       +       +         -      -     -
GET    /api/pos/v1/customers/<customer_id>/merge-preview/<merged_id> x   +       +       +         -      -     -
GET    /api/pos/v1/customers/<customer_id>/merges                x       +       +       +         -      -     -
POST   /api/pos/v1/customers/<customer_id>/merges                x       a       +       a         -      -     -
POST   /api/pos/v1/customers/<customer_id>/merges/<merge_id>/undo x      a       +       a         -      -     -
GET    /api/pos/v1/customers/<customer_id>/timeline              x       +       +       +         -      -     -
GET    /api/pos/v1/customers/<customer_id>/preferences           x       +       +       +         -      -     -
PATCH  /api/pos/v1/customers/<customer_id>/preferences           x       +       +       +         -      -     -
GET    /live/tasks                                               +       +       +       +         -      -     -
"""
"""The staff member who is signed in at the till: cashier2 at the till of York; elsewhere is York's till with
the session of a cashier of Leeds, left a deactivated staff member, nobody a till without a signed-in staff
member. On other routes they are anonymous (anon)."""
