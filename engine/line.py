"""A session with the server, used without cursors: on the hot path those cost more than all that they carry.

A transaction's first statement travels together with its BEGIN, and its last one, when the caller says so, with the
COMMIT. Statements are prepared when a session first meets them, and known by name afterwards.
"""

from __future__ import annotations

import select
from binascii import hexlify
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, cast

import orjson
import psycopg
from psycopg.abc import Transformer as AnyTransformer
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import DataError, InvalidSqlStatementName, OperationalError, error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from sqlalchemy import Connection

#: How many statements the server keeps for one session; the one not used for longest is forgotten.
MOST_PREPARED = 100
#: Where a connection keeps its line.
_LINE = "line"
_BEGIN = "BEGIN"
#: Every statement sees the same moment, and a write is refused.
_BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_COMMIT = "COMMIT"
_BRACKETS = frozenset({_BEGIN, _BEGIN_READING, _COMMIT})
# Plain names: looking a member of an enumeration up costs more than comparing it.
_GOOD = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK})
_SYNCED, _IDLE, _BAD = ExecStatus.PIPELINE_SYNC, TransactionStatus.IDLE, ConnStatus.BAD
#: A statement with numbered parameters, and their values as text.
Statement = tuple[str, Sequence[Any]]
_Write = Callable[[Any], "bytes | None"]


class _Writers(dict[type, _Write]):
    """How values become text: the driver knows for all types, at twice the cost for those that are frequent."""

    def __init__(self, adapter: AnyTransformer) -> None:
        """Know the frequent types."""
        super().__init__()
        self._adapter = adapter
        self[str] = str.encode
        self[int] = b"%d".__mod__
        self[bytes] = lambda value: b"\\x" + hexlify(value)
        self[bool] = lambda value: b"t" if value else b"f"
        self[datetime] = lambda value: orjson.dumps(value)[1:-1]
        self[list] = self._write_list
        self[type(None)] = lambda value: None

    def __missing__(self, kind: type) -> _Write:
        return self._ask_driver

    def _write_list(self, values: list[Any]) -> bytes | None:
        if not all(type(value) is str for value in values):
            return self._ask_driver(values)
        quoted = ['"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values]
        return f"{{{','.join(quoted)}}}".encode()

    def _ask_driver(self, value: Any) -> bytes | None:
        return cast("bytes | None", self._adapter.dump_sequence([value], [PyFormat.TEXT])[0])


def line_of(connection: Connection) -> Line:
    """Return the line of a connection, which stays the same as long as its session does."""
    known = cast("dict[str, Line]", connection.info)
    if _LINE not in known:
        known[_LINE] = Line(cast("psycopg.Connection[Any]", connection.connection.driver_connection))
    return known[_LINE]


class Line:
    """One session with the server, and the statements that it has prepared."""

    def __init__(self, session: psycopg.Connection[Any]) -> None:
        """Know of no statement yet."""
        self.session = session
        self._server: PGconn = session.pgconn
        self._adapter = Transformer(session)
        self._writers = _Writers(self._adapter)
        self._answers = select.poll()
        self._answers.register(session.fileno(), select.POLLIN)
        #: Text -> name, the latest used last.
        self._prepared: OrderedDict[str, bytes] = OrderedDict()
        self._counted = 0

    @property
    def is_idle(self) -> bool:
        """True between transactions."""
        return bool(self._server.transaction_status == _IDLE)

    @property
    def is_usable(self) -> bool:
        """False when the server has closed the session.

        A server that goes away says so, and the system notices one that vanished by its keep-alive: either way an idle
        session has something to read. Asking the server itself would cost a round trip per transaction.
        """
        return not self.session.closed and not self._answers.poll(0)

    def ask(self, text: str, values: Sequence[Any], *, is_last: bool = False) -> list[tuple[Any, ...]]:
        """Send a statement with numbered parameters, and return its rows.

        Args:
            text: the statement; the same object each time.
            values: of its parameters.
            is_last: nothing follows in this transaction; it is committed with the statement.

        Raises:
            psycopg.Error: the server refuses it or the commit, or went away.
        """
        statements: list[Statement] = [(text, self._written(values))]
        if self.is_idle:
            statements.insert(0, (_BEGIN, ()))
        if is_last:
            statements.append((_COMMIT, ()))
        result = self._exchange(statements)[-2 if is_last else -1]
        self._adapter.set_pgresult(result)
        return self._adapter.load_rows(0, result.ntuples, tuple)

    def _written(self, values: Sequence[Any]) -> list[bytes | None]:
        """Return values as the server reads them."""
        write = self._writers
        texts = [write[type(value)](value) for value in values]
        if b"\0" in b"".join(filter(None, texts)):
            # The server would read such a text only up to there.
            raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
        return texts

    def run(self, statements: str) -> None:
        """Send statements without parameters, with a semicolon between them, inside the transaction.

        The driver itself would forget every prepared statement when one of them alters or drops something.

        Raises:
            psycopg.Error: the server refuses one of them, or went away.
        """
        if self.is_idle:
            self._exchange([(_BEGIN, ())])
        self._run(statements.encode())

    def begin_reading(self) -> None:
        """Begin a transaction that only reads.

        Raises:
            psycopg.Error: the server went away.
        """
        self._exchange([(_BEGIN_READING, ())])

    def commit(self) -> None:
        """End the open transaction.

        Raises:
            psycopg.Error: the server refuses it, or went away.
        """
        self._run(_COMMIT.encode())

    def roll_back(self) -> None:
        """Undo an open transaction. The driver itself would forget every statement that the server has prepared."""
        if self._server.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
            self._run(b"ROLLBACK")

    def _run(self, statements: bytes) -> None:
        """Send statements that need nothing prepared, and wait for them."""
        result = self._server.exec_(statements)
        if result.status not in _GOOD:
            raise error_from_result(result)

    def _exchange(self, statements: Sequence[Statement]) -> list[PGresult]:
        """Send statements in one go, and return the result of each."""
        is_first = self.is_idle
        try:
            return self._tried(statements)
        except InvalidSqlStatementName:
            # Somebody has made the server forget what this session prepared (DEALLOCATE ALL, DISCARD ALL).
            self._prepared.clear()
            if not is_first:
                raise
            self.roll_back()
            return self._tried(statements)

    def _tried(self, statements: Sequence[Statement]) -> list[PGresult]:
        server = self._server
        server.enter_pipeline_mode()
        try:
            sent = [prepares for statement in statements for prepares in self._send(*statement)]
            server.pipeline_sync()
            results = self._received()
        except BaseException:
            # Whatever is still on its way would be taken for the answer to the next question.
            self.session.close()
            raise
        server.exit_pipeline_mode()
        refused = [(text, result) for text, result in zip(sent, results, strict=True) if result.status not in _GOOD]
        for text, _ in refused:
            self._prepared.pop(text, None)
        if refused:
            # What follows a refused statement is not looked at by the server.
            raise error_from_result(refused[0][1])
        return [result for text, result in zip(sent, results, strict=True) if not text]

    def _send(self, text: str, values: Sequence[Any]) -> Iterator[str]:
        """Send one statement, prepared if need be; give for each request the text that it prepares, or nothing."""
        name = self._prepared.get(text)
        if name is None:
            # Never before a BEGIN: that has to come first.
            while len(self._prepared) >= MOST_PREPARED and text not in _BRACKETS:
                forgotten = next(known for known in self._prepared if known not in _BRACKETS)
                self._server.send_query_params(b"DEALLOCATE " + self._prepared.pop(forgotten), None)
                yield ""
            self._counted += 1
            name = self._prepared[text] = b"line_%d" % self._counted
            self._server.send_prepare(name, text.encode())
            yield text
        self._prepared.move_to_end(text)
        self._server.send_query_prepared(name, values)
        yield ""

    def _received(self) -> list[PGresult]:
        """Return the result of each request that was sent, once all of them are there."""
        server = self._server
        results: list[PGresult] = []
        while server.flush():
            self._wait_for_room()
        while True:
            while server.is_busy():
                self._answers.poll()
                server.consume_input()
            result = server.get_result()
            if result is None:
                if server.status == _BAD:
                    raise OperationalError("the connection is lost")
            elif result.status == _SYNCED:
                return results
            else:
                results.append(result)

    def _wait_for_room(self) -> None:
        """Wait until more can be sent; meanwhile take what the server says, or each side would wait for the other."""
        room = select.poll()
        room.register(self.session.fileno(), select.POLLIN | select.POLLOUT)
        if any(events & select.POLLIN for _, events in room.poll()):
            self._server.consume_input()
