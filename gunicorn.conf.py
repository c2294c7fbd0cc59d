"""The web processes. Time-outs grow outwards: provider 8 s < gunicorn 30 s < the proxy's."""

import os
import re
import shutil
from contextlib import ExitStack
from pathlib import Path

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker
from prometheus_client import multiprocess

from app.adapters.embedded_postgres import DEFAULT_DATA, serving
from app.adapters.postgres_installation import EmbeddedPostgresError
from app.config import from_environment

bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = from_environment().threads  # as many as the pool has database connections
timeout = 30
graceful_timeout = 20
keepalive = 65  # longer than a proxy keeps idle connections, so that it is never the loser
# A heartbeat in a file must not wait for a slow disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn makes it safely
control_socket_disable = True
# Without preload each worker loads the application by itself: a SIGHUP then brings new code
# without a pause, and no thread or database connection is shared by a fork. It costs some
# megabytes per worker.
preload_app = False

_until_exit = ExitStack()


def on_starting(server: Arbiter) -> None:
    """Before the first worker: an empty folder for the counters, and a database."""
    name = re.sub(r"\W+", "-", server.cfg.bind[0])
    folder = DEFAULT_DATA.parent / "metrics" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    if not os.environ.get("DATABASE_URL"):
        try:
            _until_exit.enter_context(serving(DEFAULT_DATA))
        except EmbeddedPostgresError as problem:
            raise SystemExit(str(problem)) from None


def child_exit(server: Arbiter, worker: Worker) -> None:
    multiprocess.mark_process_dead(worker.pid)


def on_exit(server: Arbiter) -> None:
    _until_exit.close()
