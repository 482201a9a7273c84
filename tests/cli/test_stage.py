from __future__ import annotations

import json
import re
import socket
import time
from typing import TYPE_CHECKING, Any

import httpx
import jwt
import pytest
from starlette.responses import JSONResponse
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from cyclorama import keyfile
from tests.browser.server import StudioServer
from tests.cli.running import Terminal, call, run
from tests.fakes.http import FakeServer

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from websockets.sync.client import ClientConnection

pytestmark = pytest.mark.unit

SHOW = "Käses Show / 2"
WRONG_KEY = "a-key-of-another-studio"
PATIENCE_S = 10


class Studio:
    """A studio that strangers can reach, and the command as its creator on the same machine uses it."""

    def __init__(self, server: StudioServer) -> None:
        self.server = server
        self.url = server.url
        self.variables = {
            "CYCLORAMA_DATA": str(server.log.parent / "data"),
            "CYCLORAMA_HOST": "0.0.0.0",
            "CYCLORAMA_PORT": str(server.port),
        }

    @property
    def key(self) -> str:
        return (self.server.log.parent / "data" / keyfile.CREATOR).read_text()

    def call(self, *args: str) -> subprocess.CompletedProcess[str]:
        return call("stage", *args, **self.variables)

    def told(self, *args: str) -> Any:
        """Return what `--json` says."""
        answer = self.call(*args, "--json")
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)

    def done(self, *args: str) -> list[str]:
        """Return the lines on standard output."""
        answer = self.call(*args)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.splitlines()

    def joined(self, token: str) -> AbstractContextManager[ClientConnection]:
        """Return a page of whoever has that token."""
        return connect(
            f"{self.url.replace('http', 'ws')}/roster",
            subprotocols=[Subprotocol("cyclorama"), Subprotocol(token)],
            proxy=None,
        )


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    command = ("-m", "cyclorama", "studio", "--host", "0.0.0.0", "--log-level", "debug", "--port")
    server = StudioServer(tmp_path_factory.mktemp("studio"), command)
    server.start()
    yield Studio(server)
    server.kill()


@pytest.fixture
def show(studio: Studio) -> Iterator[str]:
    """Return the id of a stage of its own."""
    (id_,) = studio.done("create", SHOW)
    yield id_
    studio.call("delete", id_)


def claims(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def test_makes_lists_and_deletes_stages(studio: Studio) -> None:
    made = studio.call("create", SHOW)
    assert made.stderr == f'Made: "{SHOW}". Its id:\n'
    id_ = made.stdout.strip()
    assert [line.strip().split(maxsplit=1) for line in studio.done("list")][1:] == [
        ["default", "default"],
        [id_, SHOW],
    ]
    assert studio.told("list")[1] == {
        "id": id_,
        "name": SHOW,
        "resource": f"cyclorama:stage/{id_}",
        "whip_url": f"{studio.url}/whip",
    }
    assert studio.done("delete", SHOW) == [f'Deleted: "{SHOW}" ({id_})']
    assert [stage["id"] for stage in studio.told("list")] == ["default"]


def test_a_viewers_link(studio: Studio) -> None:
    answer = studio.call("token", "--viewer", "--minutes", "60")
    link, token = answer.stdout.splitlines()
    assert link == f"{studio.url}/watch#{token}"
    said = claims(token)
    assert said["capabilities"] == {"allow_publish": False, "allow_subscribe": True}
    assert said["topic"] == "default"
    assert said["exp"] - said["iat"] == 3600
    until = time.strftime("%Y-%m-%d %H:%M", time.localtime(said["exp"]))
    assert f'A viewer\'s link to "default", good until {until}:' in answer.stderr
    assert "--server" in answer.stderr  # others cannot open a link to localhost


def test_an_invitation_is_for_whip_clients_too(studio: Studio, show: str) -> None:
    link, token, whip = studio.done("token", "--guest", "--name", "Änne", "--stage", SHOW)
    assert link == f"{studio.url}/#join={token}"
    said = claims(token)
    assert (said["user_id"], said["topic"]) == ("Änne", show)
    assert said["capabilities"] == {"allow_publish": True, "allow_subscribe": True}
    bearer = {"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"}
    # It lets her in: what is refused is the offer.
    assert httpx.post(whip, headers=bearer, content="v=0").status_code == 400


def test_a_token_for_programs(studio: Studio) -> None:
    told = studio.told("token", "--publisher", "--name", "Ann")
    assert told.keys() == {"token", "participant_id", "expires_at", "link", "whip_url"}
    said = claims(told["token"])
    assert (told["participant_id"], told["expires_at"]) == (said["jti"], said["exp"])
    assert studio.told("token").keys() == {"token", "participant_id", "expires_at", "link"}


def test_links_name_the_server_that_was_asked(studio: Studio) -> None:
    other = f"http://127.0.0.1:{studio.server.port}"
    answer = studio.call("token", "--server", f"{other}/")
    assert answer.stdout.startswith(f"{other}/watch#")
    assert "--server" not in answer.stderr


def test_lists_and_sends_away_who_is_there(studio: Studio, show: str) -> None:
    at = ("--stage", SHOW)
    assert studio.done("participants", *at) == []
    assert studio.told("participants", *at) == []
    ann = studio.told("token", "--guest", "--name", "Änne [x]", *at)
    with studio.joined(ann["token"]) as page:
        page.recv(PATIENCE_S)
        page.send('{"type": "mute", "audio": true, "video": false}')
        while not json.loads(page.recv(PATIENCE_S))["participants"][0]["muted"]["audio"]:
            pass
        (there,) = studio.told("participants", *at)
        assert there == {
            "id": ann["participant_id"],
            "user_id": "Änne [x]",
            "attributes": {},
            "publishing": False,
            "muted": {"audio": True, "video": False},
        }
        row = studio.done("participants", *at)[1]
        assert re.split(r"\s{2,}", row.strip()) == [ann["participant_id"], "Änne [x]", "no", "microphone"]
        assert studio.done("kick", ann["participant_id"], *at) == [
            f"Sent away: {ann['participant_id']}. Their token is worth nothing now."
        ]
    assert studio.done("participants", *at) == []
    bearer = {"Authorization": f"Bearer {ann['token']}", "Content-Type": "application/sdp"}
    assert httpx.post(ann["whip_url"], headers=bearer, content="v=0").status_code == 403


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["participants", "--stage", "none"], 2, "no stage 'none'"),
        (["token", "--stage", "none"], 2, "no stage 'none'"),
        (["token", "--guest", "--stage", "none"], 2, "no stage 'none'"),
        (["delete", "none"], 2, "no stage 'none'"),
        (["delete", "default"], 1, "cannot be deleted"),
        (["create", "default"], 1, "already"),
        (["create", ""], 2, "name"),
        (["kick", "nobody"], 2, "nobody"),
        (["kick", "a/b/../ä"], 2, "a/b/../ä"),
        (["list", "--key", WRONG_KEY], 2, "--key"),
        (["list", "--key", "schlüssel"], 2, "creator_key is not shown here: use at least 16 letters"),
        (["list", "--server", "studio"], 2, "--server"),
        (["list", "--server", "http://localhost:1"], 1, "Start it with `cyclorama studio`"),
        (["list", "--backend", "zoom"], 2, "ivs"),
        (["token", "--minutes", "0"], 2, "minutes"),
        (["token", "--name", "x" * 200], 2, "user_id"),
        (["record", "status", "--backend", "ivs"], 2, "--backend local"),
    ],
)
def test_what_is_wrong_is_one_line_and_an_exit_code(
    studio: Studio, args: list[str], code: int, says: str
) -> None:
    answer = studio.call(*args)
    assert not {WRONG_KEY, "schlüssel"}.intersection(answer.stderr.split())
    assert answer.returncode == code
    assert answer.stderr.startswith("error: ")
    assert len(answer.stderr.splitlines()) == 1
    assert says in answer.stderr
    assert answer.stdout == ""


def test_elsewhere_the_key_is_given(studio: Studio) -> None:
    def asked(*args: str, **variables: str) -> int:
        return call("stage", "list", "--server", studio.url, *args, **variables).returncode

    assert asked() == 2
    assert asked("--key", studio.key) == 0
    assert asked(CYCLORAMA_CREATOR_KEY=studio.key) == 0
    assert asked("--key", WRONG_KEY, CYCLORAMA_CREATOR_KEY=studio.key) == 2


def test_who_may_not_is_told_what_the_server_says() -> None:
    problem = {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": "Not you."}
    refusal = JSONResponse(problem, 403, media_type="application/problem+json")
    with FakeServer(answers={"GET /stages": refusal}) as server:
        answer = call("stage", "list", "--server", server.origin)
    assert (answer.returncode, answer.stderr) == (2, "error: Not you.\n")


def test_records() -> None:
    where = "/stages/default/recording"
    files = [
        {
            "name": "ann.mkv",
            "user_id": "Änne",
            "started_at": 1.8e9,
            "seconds": 75,
            "bytes": 2e6,
            "open": True,
        },
        {"name": "bob.mkv", "user_id": "Bob", "started_at": 1.8e9, "seconds": 1, "bytes": 5, "open": False},
    ]
    on = {"recording": True, "since": 1.8e9, "folder": "/recordings", "files": files}
    on |= {"dropped": 3, "problem": ""}
    off: dict[str, Any] = {"recording": False, "since": None, "folder": "/recordings", "files": []}
    off |= {"dropped": 0, "problem": "The disk was full."}
    default = {"id": "default", "name": "default", "resource": "cyclorama:stage/default", "whip_url": "/whip"}
    since = time.strftime("%Y-%m-%d %H:%M", time.localtime(1.8e9))
    with FakeServer(answers={"GET /stages": {"stages": [default]}}) as server:
        server.answers |= {f"GET {where}": off, f"PUT {where}": on, f"DELETE {where}": off}

        def record(*args: str) -> subprocess.CompletedProcess[str]:
            answer = call("stage", "record", *args, "--server", server.origin)
            assert answer.returncode == 0, answer.stderr
            return answer

        assert (
            record("status").stderr
            == "Not recording.\nThe disk was full.\nThere is nothing in /recordings yet.\n"
        )
        assert record("start").stdout == "Recording, on the studio's machine, into /recordings\n"
        server.answers[f"GET {where}"] = on
        told = record("status")
        assert told.stderr == (
            f"Recording since {since}.\nA slow disk has cost it 3 packets.\nIn /recordings:\n"
        )
        assert re.split(r"\s{2,}", told.stdout.splitlines()[1].strip()) == [
            "ann.mkv",
            "Änne",
            since,
            "0:01:15",
            "2.0 MB",
            "●",
        ]
        assert json.loads(record("status", "--json").stdout) == on
        assert record("stop").stdout == "Not recording. The files are in /recordings\n"


def test_in_a_process_of_its_own(studio: Studio) -> None:
    answer = run("stage", "token", "--json", **studio.variables)
    assert answer.returncode == 0
    assert claims(json.loads(answer.stdout)["token"])["topic"] == "default"
    assert answer.stderr == ""


def test_deleting_asks_in_a_terminal(studio: Studio, show: str) -> None:
    with Terminal(("stage", "delete", SHOW), variables=studio.variables) as terminal:
        terminal.until("[y/N]")
        terminal.press("n\n")
        assert "Nothing was deleted." in terminal.end()
    assert terminal.status == 1
    with Terminal(("stage", "delete", SHOW), variables=studio.variables) as terminal:
        terminal.until("[y/N]")
        terminal.press("\x03")
        assert "Traceback" not in terminal.end()
    assert terminal.status == 130
    assert show in [stage["id"] for stage in studio.told("list")]
    with Terminal(("stage", "delete", SHOW), variables=studio.variables) as terminal:
        terminal.until("[y/N]")
        terminal.press("y\n")
        assert "Deleted: " in terminal.end()
    assert terminal.status == 0
    assert show not in [stage["id"] for stage in studio.told("list")]


def test_yes_does_not_ask(studio: Studio, show: str) -> None:
    with Terminal(("stage", "delete", show, "--yes"), variables=studio.variables) as terminal:
        assert "[y/N]" not in terminal.end()
    assert terminal.status == 0


def test_ctrl_c_ends_it_while_a_server_is_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Terminal(("stage", "list", "--server", server)) as terminal:
            accepted, _ = silent.accept()
            with accepted:
                assert accepted.recv(1)
                terminal.press("\x03")
                assert "Traceback" not in terminal.end()
        assert terminal.status == 130


def test_no_token_and_no_key_is_in_the_servers_log(studio: Studio) -> None:
    tokens = [studio.told("token", *args)["token"] for args in ((), ("--guest", "--name", "Ann"))]
    studio.call("list", "--key", WRONG_KEY)
    log = studio.server.log.read_text()
    assert "POST /tokens" in log
    assert not [token for token in tokens if token in log or token.rpartition(".")[2] in log]
    assert WRONG_KEY not in log
    # Only the links hold it that the studio prints when it starts.
    assert not [line for line in log.splitlines() if studio.key in line and "/#key=" not in line]
