"""The web processes. Time-outs grow from the inside out: provider 8 s < gunicorn 30 s < the proxy's."""

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
# Longer than a proxy keeps idle connections, so that the proxy never sends a request on a closed one.
keepalive = 65
# The heartbeat file must not wait for a slow disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn creates it safely
control_socket_disable = True
# Without preload each worker loads the application itself: a SIGHUP loads new code without a pause, and a fork
# shares no thread or database connection. The cost is some megabytes per worker.
preload_app = False

_until_exit = ExitStack()


def on_starting(server: Arbiter) -> None:
    """Create an empty folder for the counters and start the database, before the first worker."""
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
