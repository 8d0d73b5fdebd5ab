"""HTTP/1.1 over one kept-alive connection, as cheap as Python allows: the server shares its processors with us."""

import asyncio
import gzip
import re
from typing import NamedTuple

PATIENCE = 15
"""Seconds after which the room's page takes a save for failed."""
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Answer(NamedTuple):
    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """Empty where the answer has no such header."""
        found = re.search(rb"\r\n" + name.encode() + rb": *([^\r]*)", self.head, re.IGNORECASE)
        return found[1].decode("latin-1") if found else ""

    @property
    def text(self) -> str:
        zipped = self.header("Content-Encoding") == "gzip"
        return (gzip.decompress(self.body) if zipped else self.body).decode()


class Connection(asyncio.Protocol):
    """One request at a time. ConnectionError where the server has gone, TimeoutError where it keeps silent."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Answer] | None = None

    @classmethod
    async def to(cls, port: int) -> "Connection":
        _, connection = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return connection

    async def ask(self, request: bytes) -> Answer:
        self.send(request)
        return await self.answer()

    def send(self, part: bytes) -> None:
        """The whole of a request or a part of it; nothing is waited for."""
        if not self.is_open:
            raise ConnectionResetError("the server has closed the connection")
        if self._answer is None:
            self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(part)

    async def answer(self) -> Answer:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._answer
        except TimeoutError:
            self.close()  # what comes after all must not be taken for the answer to another request
            raise
        finally:
            self._answer = None

    def close(self) -> None:
        if self._transport:
            self._transport.abort()

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    # What asyncio calls

    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        length = LENGTH.search(self._received, 0, end)
        if length is None:
            self._fail(ConnectionError("an answer without Content-Length"))
            return
        whole = end + 4 + int(length[1])
        if len(self._received) < whole or self._answer is None:
            return
        answer = Answer(
            int(self._received[9:12]), bytes(self._received[: end + 2]), bytes(self._received[end + 4 : whole])
        )
        del self._received[:whole]
        if not self._answer.done():
            self._answer.set_result(answer)

    def connection_lost(self, error: Exception | None) -> None:
        self._fail(error or ConnectionResetError("the server has closed the connection"))

    def _fail(self, error: Exception) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(error)
        self.close()
