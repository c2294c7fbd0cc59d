"""Who of the staff is let in at a till, to be read across."""

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
"""Who is signed in at the till: cashier2 at that of York; elsewhere is York's till with the sign-in of a cashier of
Leeds, left one who left since, nobody a till without a signed-in staff member. Elsewhere they are anonymous (anon)."""
