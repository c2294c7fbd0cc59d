"""The README's tour, run as a newcomer would: the demo shop, the real processes, curl."""

import os
import subprocess
from pathlib import Path
from shutil import which

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.cli.check import check_invariants
from app.config import ROOT
from tests.faults.service import BIN, Service, wait_until


@pytest.mark.skipif(which("curl") is None, reason="the tour is walked with curl")
def test_the_tour_works_from_the_catalogue_to_the_hand_over(
    database_url: str, engine: Engine, tmp_path: Path
) -> None:
    service = Service(database_url, tmp_path)
    setup = run([str(BIN / "flask"), "setup"], service)
    assert "300 products" in setup
    service.start("web", "worker", "sealer")
    try:
        toured = run(["bash", "docs/tour.sh"], service)
        wait_until(lambda: emails_to_ada(tmp_path / "mail") == 3, 20, "three letters")
        number = (tmp_path / "tour-order").read_text().strip()
        story = run([str(BIN / "flask"), "order", "show", number], service)
    finally:
        service.stop()
    assert '"change":10' in toured
    assert '"code":"already_collected"' in toured
    assert f"Order {number}: collected; started web, paid pos, collected pos" in story
    with Session(engine) as session:
        assert [one for one in check_invariants(session) if one.violations] == []


def emails_to_ada(mail: Path) -> int:
    """The demo also sends invitations to its users."""
    return sum(b"To: Ada <ada@" in letter.read_bytes() for letter in mail.glob("*.eml"))


def run(command: list[str], service: Service) -> str:
    environment = {
        **os.environ,
        "DATABASE_URL": service.database_url,
        "VAR": str(service.var),
        "PORT": str(service.port),
        "SECRET_KEY": "for tests",
    }
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
