"""Runs the stand-in:

python -m devtools.stripe_standin --port 8010 --webhook http://localhost:8000/webhooks/stripe --secret whsec_demo
"""

import argparse
import signal
import sys
from pathlib import Path
from threading import Thread

from devtools.stripe_standin.server import Standin


def main() -> None:
    arguments = _arguments()
    switches = {"webhook_url": arguments.webhook, "webhook_secret": arguments.secret}
    try:
        standin = Standin(
            arguments.host, arguments.port, switches, arguments.state, arguments.pages
        )
    except OSError as error:
        sys.exit(f"Demo payments cannot use port {arguments.port}: {error.strerror}.")
    # An exception out of a signal handler could break a request: the server is stopped by another thread.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: Thread(target=standin.stop).start())
    print(f"Demo payments: no money moves. Stripe's stand-in is at {standin.url}", flush=True)
    try:
        standin.serve()
    finally:
        standin.registry.save()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m devtools.stripe_standin", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8010)
    parser.add_argument("--webhook", default="", help="the shop's address for webhooks")
    parser.add_argument("--secret", default="", help="the secret that signs webhooks: whsec_…")
    parser.add_argument("--state", type=Path, help="a file that keeps the state over a restart")
    parser.add_argument("--pages", default="", help="the public address of the hosted pages")
    return parser.parse_args()


if __name__ == "__main__":
    main()
