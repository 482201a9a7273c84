from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import pytest

from cyclorama import network
from cyclorama.cli.links import links
from cyclorama.cli.studio import _listen, _tell
from cyclorama.server import tls
from cyclorama.settings import Settings
from tests.cli.running import call, run
from tests.server.certificates import issue

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit

LAN = ["192.0.2.10", "192.0.2.11"]


@pytest.fixture(autouse=True)
def lan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "own_addresses", lambda: [*LAN, "2001:db8::1"])


def shown(port: int = 8000, key: str | None = None, **given: Any) -> list[str]:
    settings = Settings(**given)
    here, elsewhere = links(settings, port, key, tls.certificate(settings))
    return [here, *elsewhere]


def test_links_lead_to_where_the_studio_is() -> None:
    assert shown() == ["http://localhost:8000/"]
    assert shown(host="::1", port=80) == ["http://localhost/"]
    assert shown(host="192.0.2.7", key="k") == ["http://192.0.2.7:8000/#key=k"]
    assert shown(host="2001:db8::7", key="k") == ["http://[2001:db8::7]:8000/#key=k"]
    everywhere = [f"http://{host}:8000/#key=k" for host in ("localhost", *LAN)]
    assert shown(host="0.0.0.0", key="k") == everywhere
    named = shown(host="0.0.0.0", key="k", allowed_hosts=("studio.example.org",))
    assert named[1] == "http://studio.example.org:8000/#key=k"


def test_a_self_signed_studio_is_for_all_of_the_network() -> None:
    assert shown(tls_self_signed=True, key="k") == [
        f"https://{host}:8000/#key=k" for host in ("localhost", *LAN)
    ]
    assert shown(tls_self_signed=True, host="127.0.0.1") == ["https://localhost:8000/"]


def test_with_a_certificate_links_have_its_names(tmp_path: Path) -> None:
    made = issue(tmp_path, names=("*.example.org", "studio.example.org"))
    given: dict[str, Any] = {"host": "0.0.0.0", "tls_cert": made.chain, "tls_key": made.key}
    assert shown(443, **given) == ["https://studio.example.org/"]
    assert shown(443, **given, allowed_hosts=("a.example.org",)) == ["https://a.example.org/"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--tls-cert", "none.pem", "--tls-key", "none.pem"], "none.pem, which cannot be read: No such file"),
        (["--tls-cert", "none.pem"], "tls_key is not"),
        (["--tls-cert", "a", "--tls-key", "b", "--tls-self-signed"], "Take out tls_self_signed"),
    ],
)
def test_a_wrong_certificate_is_one_line_at_the_start(args: list[str], words: str) -> None:
    answer = call("studio", "--port", "0", *args, COLUMNS="400")
    assert answer.returncode == 2
    assert words in answer.stderr
    assert answer.stderr.count("\n") == 1


NOT_SERVING = "import uvicorn; uvicorn.Server.run = lambda *_, **__: None"


def said(tmp_path: Path, *flags: str) -> list[str]:
    command = ("studio", "--port", "0", "--data", str(tmp_path), *flags)
    return run(*command, before=NOT_SERVING, COLUMNS="80").stdout.splitlines()


def test_the_start_says_what_a_phone_will_be_asked(tmp_path: Path) -> None:
    lines = said(tmp_path, "--tls-self-signed")
    certificate = tls.certificate(Settings(data=tmp_path, tls_self_signed=True))
    key = (tmp_path / "creator-key").read_text()
    assert certificate
    assert lines[0].startswith("Cyclorama studio: https://localhost:")
    assert all(line.endswith(f"/#key={key}") for line in lines if line.startswith("On your network"))
    assert "SHA-256" in lines[-2]
    assert len(lines[-1].split(":")) == 32
    assert lines[-1].replace(":", "").isalnum()


def test_the_start_says_addresses_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    _tell("http://[fd00::2]:8000/", ["http://[fd00::3]:8000/"], None)
    said = capsys.readouterr().out
    assert "http://[fd00::2]:8000/" in said
    assert "http://[fd00::3]:8000/" in said


def test_the_start_says_that_without_https_no_phone_has_a_camera(tmp_path: Path) -> None:
    lines = said(tmp_path, "--host", "0.0.0.0")
    assert lines[0].startswith("Cyclorama studio: http://localhost:")
    if len(lines) > 1:  # on a machine that others can reach
        assert lines[-1].endswith("--tls-self-signed.")
    assert len(said(tmp_path)) == 1


async def test_small_answers_are_sent_at_once() -> None:
    """An answer that waits for the acknowledgement of the one before it is some 40 ms late."""
    delays: asyncio.Queue[int] = asyncio.Queue()

    class Connection(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            made = transport.get_extra_info("socket")
            delays.put_nowait(made.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            transport.close()

    listener = _listen(Settings(port=0))
    async with await asyncio.get_running_loop().create_server(Connection, sock=listener):
        _, writer = await asyncio.open_connection(*listener.getsockname())
        assert await delays.get() == 1
        writer.close()
        await writer.wait_closed()
