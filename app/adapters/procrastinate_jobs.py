"""Jobs by procrastinate, on our own database and in the caller's own transaction."""

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session


class ProcrastinateJobs:
    """The side that queues. It borrows the session's connection, so it needs no pool of its own."""

    def __init__(self) -> None:
        self._app = App(connector=SyncPsycopgConnector())

    def put(self, session: Session, name: str, **ids: str) -> None:
        connection = session.connection().connection.driver_connection
        self._app.configure_task(name, connection=connection, allow_unknown=True).defer(**ids)


def worker_app(database_url: str) -> App:
    """The side that works, with connections of its own."""
    conninfo = (
        make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    )
    return App(connector=PsycopgConnector(conninfo=conninfo, max_size=6))
