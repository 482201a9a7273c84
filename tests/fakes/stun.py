"""A STUN server over real UDP that sees everybody come from one address, as one behind a NAT would."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Self

from aioice import stun

if TYPE_CHECKING:
    from types import TracebackType


class FakeStun:
    """Answers binding requests (RFC 8489) with `public`; with None, it hears and says nothing."""

    def __init__(self, public: str | None) -> None:
        self._public = public
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"stun:127.0.0.1:{self._socket.getsockname()[1]}"
        self.asked = 0
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            data, peer = self._socket.recvfrom(2048)
            if not data:
                return
            request = stun.parse_message(data)
            assert (request.message_method, request.message_class) == (
                stun.Method.BINDING,
                stun.Class.REQUEST,
            )
            self.asked += 1
            if self._public:
                answer = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, request.transaction_id)
                answer.attributes["XOR-MAPPED-ADDRESS"] = (self._public, peer[1])
                self._socket.sendto(bytes(answer), peer)
