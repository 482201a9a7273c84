"""Moto's own server on loopback, with all that it was asked: by whom, what, and of which resource."""

from __future__ import annotations

import json
import logging
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, unquote

from moto.server import ThreadedMotoServer

from tests.fakes.roles import Act, key_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

S3_ACTIONS = {
    "DELETE": "s3:DeleteObject",
    "GET": "s3:GetObject",
    "HEAD": "s3:GetObject",
    "POST": "s3:PutObject",
    "PUT": "s3:PutObject",
}


class Moto:
    """Serves while its context is open. What is kept there is shared by all of moto in this process.

    Attributes:
        url: where.
        acts: what was asked of S3 and Parameter Store.
    """

    def __enter__(self) -> Self:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.acts: list[Act] = []
        self._moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self._moto.start()
        host, port = self._moto.get_host_and_port()
        self.url = f"http://{host}:{port}"
        server: Any = self._moto._server
        self._app, server.app = server.app, self._asked
        return self

    def __exit__(self, *_: object) -> None:
        server: Any = self._moto._server
        self._moto.stop()
        server.server_close()

    def _asked(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        who = key_id(environ.get("HTTP_AUTHORIZATION", ""))
        if target := environ.get("HTTP_X_AMZ_TARGET", ""):
            name = json.loads(_body(environ)).get("Name", "*")
            self.acts.append(Act(who, f"ssm:{target.partition('.')[2]}", name))
        elif "/s3/" in environ.get("HTTP_AUTHORIZATION", ""):
            self.acts.extend(Act(who, *each) for each in _s3(environ))
        answer: Iterable[bytes] = self._app(environ, start)
        return answer


def _s3(environ: WSGIEnvironment) -> list[tuple[str, str]]:
    """Return the actions that a request to S3 takes, and of which resources."""
    bucket, _, key = unquote(environ["PATH_INFO"].lstrip("/")).partition("/")
    method, query = environ["REQUEST_METHOD"], parse_qs(environ["QUERY_STRING"], keep_blank_values=True)
    if key:
        found = [(S3_ACTIONS[method], f"arn:aws:s3:::{bucket}/{key}")]
        if source := environ.get("HTTP_X_AMZ_COPY_SOURCE"):
            found.append(("s3:GetObject", f"arn:aws:s3:::{unquote(source).lstrip('/')}"))
        return found
    if method == "GET" and "location" not in query:
        return [("s3:ListBucket", f"arn:aws:s3:::{bucket}")]
    if method == "POST" and "delete" in query:
        keys = re.findall(rb"<Key>([^<]+)</Key>", _body(environ))
        return [("s3:DeleteObject", f"arn:aws:s3:::{bucket}/{each.decode()}") for each in keys]
    return [(f"s3:{method} {environ['QUERY_STRING']}", f"arn:aws:s3:::{bucket}")]


def _body(environ: WSGIEnvironment) -> bytes:
    """Return what was sent, and leave it there to be read again."""
    sent: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = BytesIO(sent)
    return sent
