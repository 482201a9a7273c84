"""Hangs up on AWS in the middle of a call, which botocore has no way to do.

botocore waits for answers in a blocking read. The connections here know which call they serve, so that
another thread can shut the socket down under that call, and under no other: they are used again and again.
"""

from __future__ import annotations

import socket
import threading
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)

from cyclorama.backgrounds.base import Cancelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cyclorama.backgrounds.base import Report

# Calls whose answers are waited for run in threads of their own, each with a context of its own.
_current: ContextVar[_Call | None] = ContextVar("call", default=None)
_lock = threading.Lock()


class _Call:
    """One call on AWS, retries included."""

    def __init__(self) -> None:
        self.over = False
        self._connection: Any = None

    def check(self) -> None:
        """Stop when it is over: the one error that neither urllib3 nor botocore wraps or retries."""
        if self.over:
            raise CancelledError

    def take(self, connection: Any) -> None:
        """Use this connection from now on."""
        with _lock:
            self.check()
            connection.call = self
            self._connection = connection
            # Kept, because the connection forgets its socket while the answer's body is still being read.
            # To a proxy that itself speaks TLS there is a wrapper around it.
            connection.line = getattr(connection.sock, "socket", connection.sock)

    def hang_up(self) -> None:
        """Shut down the socket, if it still serves this call."""
        with _lock:
            self.over = True
            if self._connection is not None and self._connection.call is self:
                # Not SSLSocket's own shutdown, which takes the TLS state from under the thread that reads.
                with suppress(OSError):
                    socket.socket.shutdown(self._connection.line, socket.SHUT_RDWR)


class _Cuttable:
    """A connection of botocore's that belongs to the call which it serves."""

    sock: Any

    def request(self, *args: Any, **kwargs: Any) -> Any:
        if call := _current.get():
            call.check()
            if self.sock is None:
                self.connect()  # type: ignore[attr-defined] # of the class beside this one
            call.take(self)
        return super().request(*args, **kwargs)  # type: ignore[misc]

    def getresponse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().getresponse(*args, **kwargs)  # type: ignore[misc]
        except Exception:
            if call := _current.get():
                call.check()
            raise


class _Connection(_Cuttable, AWSHTTPConnection):  # type: ignore[misc] # botocore's stubs disagree
    pass


class _TlsConnection(_Cuttable, AWSHTTPSConnection):  # type: ignore[misc] # as above
    pass


class _Pool(AWSHTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(AWSHTTPSConnectionPool):
    ConnectionCls = _TlsConnection


def prepare(client: Any) -> None:
    """Let calls of `client` be hung up on.

    botocore has no public way to choose the class of its connections. Should these names change, the tests of
    cancelling fail.
    """
    client._endpoint.http_session._pool_classes_by_scheme.update(http=_Pool, https=_TlsPool)


@contextmanager
def calling(report: Report) -> Iterator[None]:
    """While inside, cancelling `report` ends this thread's call on AWS at once and for good.

    What cannot be ended is a connection that is still being made, and a pause before a retry.

    Raises:
        Cancelled: the report was cancelled.
    """
    call = _Call()
    token = _current.set(call)
    try:
        with report.stopping(call.hang_up):
            yield
    except Exception:
        if call.over:
            raise Cancelled from None
        raise
    finally:
        _current.reset(token)
