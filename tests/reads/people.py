"""Customers, their contacts, identities, consents and sessions in the database."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from tests.reads.reader import AnOrder, Reader, number_of


class Contact(NamedTuple):
    id: UUID
    name: str | None
    email: str | None
    phone: str | None
    import_source: str | None


class CustomerRecord(NamedTuple):
    id: UUID
    contact_id: UUID
    merged_into_id: UUID | None
    erased_at: datetime | None


class Identity(NamedTuple):
    customer_id: UUID
    kind: str
    value: str
    verified_at: datetime | None
    ended_at: datetime | None


class AccountSession(NamedTuple):
    id: UUID
    customer_id: UUID
    client_id: UUID
    generation: int
    seen_at: datetime
    ended_at: datetime | None


class Consent(NamedTuple):
    purpose: str
    status: str
    text_version: str
    evidence: str


class Suppression(NamedTuple):
    address_hash: str
    reason: str
    lifted_at: datetime | None


class PeopleReads(Reader):
    def contacts(self) -> list[Contact]:
        return self.read(Contact, _CONTACTS)

    def contact(self, order: AnOrder) -> Contact:
        """Return the contact of the order's shopper."""
        (contact,) = self.read(Contact, _CONTACT_OF_ORDER, number=number_of(order))
        return contact

    def guest_contacts(self) -> list[Contact]:
        """Return the contacts that belong to no customer."""
        owned = {customer.contact_id for customer in self.customers()}
        return [contact for contact in self.contacts() if contact.id not in owned]

    def customers(self) -> list[CustomerRecord]:
        return self.read(CustomerRecord, _CUSTOMERS)

    def identities(self, kind: str | None = None) -> list[Identity]:
        return self.read(Identity, _IDENTITIES, kind=kind)

    def customer_id(self, identity: str) -> UUID:
        """Return the only customer with this address, phone number or card."""
        (found,) = [each.customer_id for each in self.identities() if each.value == identity]
        return found

    def account_sessions(self) -> list[AccountSession]:
        return self.read(AccountSession, _ACCOUNT_SESSIONS)

    def account_session(self) -> AccountSession:
        """Return the only session of a shopper."""
        (session,) = self.account_sessions()
        return session

    def consents(self) -> list[Consent]:
        return self.read(Consent, _CONSENTS)

    def suppressions(self) -> list[Suppression]:
        return self.read(Suppression, _SUPPRESSIONS)


_CONTACTS = "SELECT id, name, email, phone, import_source FROM contacts ORDER BY created_at, id"
_CONTACT_OF_ORDER = """
    SELECT c.id, c.name, c.email, c.phone, c.import_source
    FROM contacts c JOIN orders o ON o.contact_id = c.id WHERE o.number = :number
"""
_CUSTOMERS = (
    "SELECT id, contact_id, merged_into_id, erased_at FROM customers ORDER BY created_at, id"
)
_IDENTITIES = """
    SELECT customer_id, kind, value, verified_at, ended_at FROM identities
    WHERE CAST(:kind AS text) IS NULL OR kind = :kind ORDER BY id
"""
_ACCOUNT_SESSIONS = """
    SELECT id, customer_id, client_id, generation, seen_at, ended_at FROM account_sessions ORDER BY id
"""
_CONSENTS = """
    SELECT purpose, status, text_version, evidence FROM consents ORDER BY at, id
"""
_SUPPRESSIONS = "SELECT address_hash, reason, lifted_at FROM suppressions ORDER BY created_at, id"
