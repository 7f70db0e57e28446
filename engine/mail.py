"""Messages that carry packages: written as bytes, put into a folder (dry run) or handed to a mail server."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from engine.config import MailSettings

#: Plain addresses only: no names, quotes, comments or lists.
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
TIMEOUT_SECONDS = 30


class MailRefused(Exception):
    """The message did not leave; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message with one attachment."""

    message_id: str
    sender: str
    to: str
    title: str
    body: str
    written_at: datetime
    file_name: str
    content: bytes


def is_address(text: str) -> bool:
    """Tell whether a text is one plain mail address."""
    return _ADDRESS.fullmatch(text) is not None


def is_allowed(address: str, domains: Collection[str]) -> bool:
    """Tell whether an address belongs to one of the domains."""
    return is_address(address) and address.rpartition("@")[2].lower() in domains


def write_message(message: Message) -> bytes:
    """Return the message; the same one gives the same bytes at every attempt."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["Message-ID"], mail["Date"] = message.message_id, format_datetime(message.written_at)
    mail["From"], mail["To"], mail["Subject"] = message.sender, message.to, message.title
    mail.set_content(message.body or message.title)
    mail.add_attachment(message.content, maintype="application", subtype="zip", filename=message.file_name)
    # Python would draw lots for the line between the parts.
    mail.set_boundary(re.sub(r"\W", "", message.message_id)[:60])
    return mail.as_bytes()


def put_into_folder(folder: Path, name: str, content: bytes) -> Path:
    """Write a message to the disk, whole or not at all; writing it again replaces it with the same."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place, arriving = folder / name, folder / f".{name}.arriving"
    with arriving.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    arriving.replace(place)
    return place


def hand_over(settings: MailSettings, to: str, content: bytes) -> None:
    """Hand a message to the mail server, over TLS.

    Raises:
        MailRefused: the address is not allowed, or the server did not take the message.
    """
    if settings.host is None or not is_allowed(to, settings.domains):
        raise MailRefused("收件地址不在允许寄往的域名之内。")
    try:
        context = ssl.create_default_context()
        with smtplib.SMTP_SSL(settings.host, settings.port, timeout=TIMEOUT_SECONDS, context=context) as server:
            if settings.user:
                server.login(settings.user, settings.password)
            server.sendmail(settings.sender, [to], content)
    except (smtplib.SMTPException, OSError) as error:
        raise MailRefused(f"邮件服务器没有接收：{type(error).__name__}。") from error
