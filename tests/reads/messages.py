"""Messages to shoppers and the documents of orders in the database."""

from typing import NamedTuple
from uuid import UUID

from tests.reads.reader import AnOrder, Reader, number_of


class Message(NamedTuple):
    id: UUID
    order_number: str | None
    template: str | None
    channel: str
    status: str
    body: str


class Document(NamedTuple):
    id: UUID
    order_number: str
    kind: str
    number: int
    total: int


class LastNumber(NamedTuple):
    kind: str
    last: int


class MessageReads(Reader):
    def messages(self, order: AnOrder = None) -> list[Message]:
        return self.read(Message, _MESSAGES, number=number_of(order))

    def documents(self, order: AnOrder = None) -> list[Document]:
        """Return invoices and credit notes by their numbers."""
        return self.read(Document, _DOCUMENTS, number=number_of(order))

    def last_document_numbers(self) -> list[LastNumber]:
        return self.read(LastNumber, "SELECT kind, last FROM document_numbers ORDER BY kind")


_MESSAGES = """
    SELECT m.id, o.number AS order_number, m.template, m.contact_channel AS channel, m.status, m.body
    FROM messages m JOIN threads t ON t.id = m.thread_id LEFT JOIN orders o ON o.id = t.order_id
    WHERE CAST(:number AS text) IS NULL OR o.number = :number ORDER BY m.id
"""
_DOCUMENTS = """
    SELECT d.id, o.number AS order_number, d.kind, d.number, d.total
    FROM documents d JOIN orders o ON o.id = d.order_id
    WHERE CAST(:number AS text) IS NULL OR o.number = :number ORDER BY d.number, d.id
"""
