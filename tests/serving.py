"""Viva as `make run` starts it, in a folder of its own."""

import atexit
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 30
"""Seconds that a server may take to answer, or to stop."""


@contextmanager
def serving(var: Path) -> Iterator[str]:
    """The address of a server that runs on production settings, with its database and files in `var`."""
    server = Server(var)
    server.prepare()
    try:
        server.start()
        yield server.address
    finally:
        server.stop()


class Server:
    """A server on a free port of the loopback address that can be stopped, killed and started again.

    `environment` is added to the little that the server gets. What it says goes to the file `log`, else where this
    process has its errors. `command` is another server's command line than that of `manage.py serve`, with `{port}`
    where the port goes; it is looked up beside this Python and on the path.
    """

    def __init__(
        self,
        var: Path,
        *,
        environment: Mapping[str, str] | None = None,
        command: str = "",
        log: Path | None = None,
    ) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.environment = {"PATH": path, "VAR_DIR": str(var), "PORT": str(self.port), "LANG": "C.UTF-8"}
        self.environment |= environment or {}
        self.command = shlex.split(command.replace("{port}", str(self.port))) or [sys.executable, "manage.py", "serve"]
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        if "DATABASE_URL" in self.environment:
            _prepare(self.environment)
        else:
            shutil.copytree(_prepared(), self.environment["VAR_DIR"], dirs_exist_ok=True)

    def start(self) -> None:
        """Returns when it answers. Its processes are a group of their own, so that one signal meets all of them."""
        with ExitStack() as stack:
            errors = stack.enter_context(self.log.open("ab")) if self.log else None
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )
        _wait_for(self.address, self.process)

    def stop(self) -> None:
        """As an operator stops it; what is still there after that is killed."""
        if self.process is None:
            return
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE)
        self.kill()

    def kill(self) -> None:
        """SIGKILL to all its processes at once; returns when they are gone."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        pause = threading.Event()
        while self.pids():
            pause.wait(0.01)
        self.process = None

    def pids(self) -> list[int]:
        """Its living processes, parent and workers."""
        if self.process is None:
            return []
        return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if _group(folder) == self.process.pid]


def _prepare(environment: Mapping[str, str]) -> None:
    manage = [sys.executable, "manage.py", "prepare"]
    subprocess.run(manage, cwd=ROOT, env=environment, check=True, capture_output=True)


@cache
def _prepared() -> Path:
    """A folder with the bank loaded and the static files compressed: once for all servers of this process."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    _prepare({"PATH": os.environ["PATH"], "VAR_DIR": folder.name, "LANG": "C.UTF-8"})
    return Path(folder.name)


def _group(folder: Path) -> int | None:
    """The process group of a process by its folder in /proc; None for one that is gone or a zombie."""
    try:
        state, _, group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state == "Z" else int(group)


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
