"""The live process. It serves many open streams, so that none occupies a thread of the web processes."""

import os
from pathlib import Path

bind = f"{os.environ.get('BIND', '127.0.0.1')}:{int(os.environ.get('PORT', '8000')) + 1}"
worker_class = "gevent"
workers = 1
worker_connections = 2000
graceful_timeout = 2  # a stream has no end to wait for; its reader reconnects
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - as in gunicorn.conf.py
control_socket_disable = True
