"""Viva as `make run` starts it, in a folder of its own."""

import os
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 30
"""Seconds that a server may take to answer."""


@contextmanager
def serving(var: Path) -> Iterator[str]:
    """The address of a server that runs on production settings, with its database and files in `var`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(var), "PORT": port, "LANG": "C.UTF-8"}
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "prepare"], cwd=ROOT, env=environment, check=True, capture_output=True)
    process = subprocess.Popen([*manage, "serve"], cwd=ROOT, env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    pause = threading.Event()
    for _ in range(PATIENCE * 10):
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=5).close()
        except OSError:
            assert process.poll() is None, "the server has stopped"
            pause.wait(0.1)
        else:
            return
    raise AssertionError("the server does not answer")
