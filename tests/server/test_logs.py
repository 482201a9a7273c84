from __future__ import annotations

import logging

import pytest

from cyclorama.server.logs import Formatter

pytestmark = pytest.mark.unit

TOKEN = "eyJhbGciOiJFUzM4NCJ9.eyJqdGkiOiJhYmMifQ.c2lnbmF0dXJl"


def line(message: str, *args: object, **fields: object) -> str:
    record = logging.makeLogRecord(
        {"name": "cyclorama", "levelname": "INFO", "msg": message, "args": args, **fields}
    )
    return Formatter().format(record)


def test_a_line_is_structured() -> None:
    text = line("%s %s", "GET", "/healthz", status=200, ms=1.5)
    assert text.endswith(" info cyclorama GET /healthz status=200 ms=1.5")


@pytest.mark.parametrize(
    "text",
    [
        f"got {TOKEN}",
        f"Authorization: Bearer {TOKEN[:30]}",
        f"/watch#{TOKEN}",
        "Bearer abc.def",
        "/#key=s3cret-x_y",
    ],
)
def test_no_line_holds_a_token(text: str) -> None:
    for shown in (line(text), line("%s", text), line("x", header=text)):
        assert "[hidden]" in shown
        for secret in ("c2lnbmF0dXJl", "eyJqdGki", "abc.def", "s3cret"):
            assert secret not in shown


def test_an_exception_is_told_without_its_token() -> None:
    try:
        raise ValueError(TOKEN)
    except ValueError as error:
        text = line("failed", exc_info=(ValueError, error, error.__traceback__))
    assert "ValueError" in text
    assert TOKEN not in text
