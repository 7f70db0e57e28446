"""What an installation may decide for itself: frozen settings, read once from the environment.

`MODE` is `demonstration` (simulated clock, demonstration accounts, everything under `var/`) or `production` (real
clock, a secret key of its own, no demonstration account). Every other name has a default that works.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from engine.clock import ZONE
from engine.errors import EngineError

#: A shorter key could be guessed offline from one signed cookie.
SHORTEST_SECRET_KEY = 32
#: Public on purpose, so that receipts of a demonstration can still be verified after a restart.
DEMONSTRATION_KEY = "guicheng-demonstration-key-not-for-production"
MODES = frozenset({"demonstration", "production"})
MEBIBYTE = 1024 * 1024


class SettingRefused(EngineError):
    """The environment asks for something that cannot work; the program does not start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """How packages leave: written into `var/outbox` unless a mail server is named."""

    #: None: dry run.
    host: str | None = None
    port: int = 465
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = "guicheng@localhost"
    #: Domains that packages may be sent to at all, besides being named by the round.
    domains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between installations."""

    mode: str
    host: str
    port: int
    #: Names a PostgreSQL server; None means the embedded one under `var`.
    database_url: str | None
    #: Database files, uploaded files and logs.
    var: Path
    #: The owners' folders.
    bpmn: Path
    secret_key: str
    #: Request threads of the web server.
    threads: int
    #: Concurrent jobs of one worker process.
    worker_threads: int
    #: Proxies in front of the web server whose X-Forwarded-* headers are believed.
    trusted_proxies: int
    #: Where the simulated clock of demonstration mode stands when it is first started.
    demonstration_start: datetime
    max_upload_bytes: int
    session_idle: timedelta
    session_absolute: timedelta
    #: How people outside reach the pages: the beginning of addresses in QR codes.
    public_url: str = "http://127.0.0.1:8000"
    #: An office's own 仿宋, 小标宋, 黑体, 楷体 and 宋体, or None.
    fonts: Path | None = None
    mail: MailSettings = field(default_factory=MailSettings)

    @property
    def is_demonstration(self) -> bool:
        """Whether the clock is simulated and demonstration accounts exist."""
        return self.mode == "demonstration"

    @property
    def files(self) -> Path:
        """Return the folder of uploaded files, outside anything a web server serves."""
        return self.var / "files"

    @property
    def waiting(self) -> Path:
        """Return the folder of files that wait for their form."""
        return self.var / "waiting"

    @property
    def outbox(self) -> Path:
        """Return the folder that packages are written to in a dry run."""
        return self.var / "outbox"

    @property
    def database_folder(self) -> Path:
        """Return the folder of the embedded PostgreSQL."""
        return self.var / "postgres"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read and check the settings.

    Args:
        environment: usually `os.environ`. Names: MODE, HOST, PORT, DATABASE_URL, VAR, BPMN, SECRET_KEY, THREADS,
            WORKER_THREADS, TRUSTED_PROXIES, DEMONSTRATION_START, MAX_UPLOAD_MEBIBYTES, SESSION_IDLE_MINUTES,
            SESSION_HOURS, PUBLIC_URL, FONTS, SMTP_HOST, SMTP_PORT, SMTP_USER, SMTP_PASSWORD, MAIL_SENDER,
            MAIL_DOMAINS. An empty value counts as absent.

    Raises:
        SettingRefused: a value is outside what can work, or production has no secret key of its own.
    """
    given = {name: value.strip() for name, value in environment.items() if value.strip()}
    mode = given.get("MODE", "demonstration")
    if mode not in MODES:
        raise SettingRefused(f"MODE 只能是 demonstration 或 production，现在是“{mode}”。 MODE is not a known mode.")
    return Settings(
        mode=mode,
        host=given.get("HOST", "127.0.0.1"),
        port=_number(given, "PORT", 8000, 0, 65535),
        database_url=given.get("DATABASE_URL"),
        var=Path(given.get("VAR", "var")).resolve(),
        bpmn=Path(given.get("BPMN", "bpmn")).resolve(),
        secret_key=_secret_key(given.get("SECRET_KEY", ""), mode),
        threads=_number(given, "THREADS", 32, 1, 256),
        worker_threads=_number(given, "WORKER_THREADS", 4, 1, 64),
        trusted_proxies=_number(given, "TRUSTED_PROXIES", 0, 0, 4),
        demonstration_start=_instant(given.get("DEMONSTRATION_START", "2023-10-26T10:00:00+08:00")),
        max_upload_bytes=_number(given, "MAX_UPLOAD_MEBIBYTES", 20, 1, 1024) * MEBIBYTE,
        session_idle=timedelta(minutes=_number(given, "SESSION_IDLE_MINUTES", 30, 1, 1440)),
        session_absolute=timedelta(hours=_number(given, "SESSION_HOURS", 12, 1, 168)),
        public_url=_public_url(given),
        fonts=Path(given["FONTS"]).resolve() if "FONTS" in given else None,
        mail=_mail(given),
    )


def _public_url(given: Mapping[str, str]) -> str:
    host, port = given.get("HOST", "127.0.0.1"), _number(given, "PORT", 8000, 0, 65535)
    url = given.get("PUBLIC_URL", f"http://{host}:{port}").rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise SettingRefused(f"PUBLIC_URL 应以 http:// 或 https:// 开头，现在是“{url}”。 Not an http address.")
    return url


def _mail(given: Mapping[str, str]) -> MailSettings:
    domains = {part.strip().lower() for part in given.get("MAIL_DOMAINS", "").split(",") if part.strip()}
    if "SMTP_HOST" in given and (not domains or "MAIL_SENDER" not in given):
        raise SettingRefused(
            "设置 SMTP_HOST 后，还须设置 MAIL_SENDER（发件地址）和 MAIL_DOMAINS（允许寄往的域名，用逗号分开）。"
            " SMTP_HOST needs MAIL_SENDER and MAIL_DOMAINS."
        )
    return MailSettings(
        host=given.get("SMTP_HOST"),
        port=_number(given, "SMTP_PORT", 465, 1, 65535),
        user=given.get("SMTP_USER", ""),
        password=given.get("SMTP_PASSWORD", ""),
        sender=given.get("MAIL_SENDER", "guicheng@localhost"),
        domains=frozenset(domains),
    )


def _number(given: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise SettingRefused(f"{name} 应为 {least} 到 {most} 的整数，现在是“{text}”。 {name} is out of range.")
    return int(text)


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingRefused(
            f"DEMONSTRATION_START 应写成 2023-10-26T10:00:00+08:00，现在是“{text}”。 Not an ISO 8601 instant."
        ) from error
    return instant if instant.tzinfo else instant.replace(tzinfo=ZONE)


def _secret_key(text: str, mode: str) -> str:
    if mode == "demonstration":
        return text or DEMONSTRATION_KEY
    is_guessable = len(text) < SHORTEST_SECRET_KEY or len(set(text)) < SHORTEST_SECRET_KEY // 4
    if is_guessable or text == DEMONSTRATION_KEY:
        raise SettingRefused(
            f"生产模式需要环境变量 SECRET_KEY（至少 {SHORTEST_SECRET_KEY} 个字符的随机串）。"
            "可用下面的命令生成一个并写入部署配置： "
            f"Production needs SECRET_KEY, {SHORTEST_SECRET_KEY} random characters or more. Make one with: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    return text
