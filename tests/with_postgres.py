"""`python tests/with_postgres.py COMMAND ...` runs a command with DATABASE_URL on a throwaway PostgreSQL of its own.

The server lives in a temporary folder, listens on the loopback address alone, and is gone when the command has ended.
PostgreSQL refuses to run as root: root hands it to the user `postgres`, which Debian's package makes.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WANTED = "viva: PostgreSQL's server is needed: on Debian and Ubuntu, apt install postgresql"
OLDEST = 15


def programs() -> Path:
    """The folder of initdb and pg_ctl, which Debian keeps out of the path."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    folders = [path for path in Path("/usr/lib/postgresql").glob("*/bin/initdb") if int(path.parts[-3]) >= OLDEST]
    if not folders:
        sys.exit(WANTED)
    return max(folders, key=lambda path: int(path.parts[-3])).parent


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a running server's database."""
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    bin_folder = programs()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="viva-postgres-") as name:
        folder = Path(name)
        if as_user:
            shutil.chown(folder, "postgres")
        data = str(folder / "data")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=50"
        control = [*as_user, str(bin_folder / "pg_ctl"), "-D", data, "-w"]
        run([*as_user, str(bin_folder / "initdb"), "-D", data, "-A", "trust", "-U", "viva", "-E", "UTF8"])
        run([*control, "-l", str(folder / "log"), "-o", options, "start"])
        try:
            yield f"postgres://viva@127.0.0.1:{port}/postgres"
        finally:
            run([*control, "-m", "immediate", "stop"])


def run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    with postgres() as url:
        return subprocess.run(sys.argv[1:], env=os.environ | {"DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
