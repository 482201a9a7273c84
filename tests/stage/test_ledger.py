"""The file that remembers stages, and who was sent away."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from cyclorama.errors import Unavailable
from cyclorama.stage.ledger import FILE, Entry, Ledger

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit

SHOW = Entry(id="abcdefghijkl", name="show", created_at=1_700_000_000)
LATER = int(time.time()) + 1000
WRITER = """
import asyncio, sys
from pathlib import Path
from cyclorama.stage.ledger import Ledger

async def main() -> None:
    ledger = Ledger(Path(sys.argv[1]))
    print("begun", flush=True)
    for number in range(100_000):
        await ledger.send_away(f"participant-{number}", 2**40)

asyncio.run(main())
"""


def names(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


async def test_it_remembers(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    await ledger.add(SHOW)
    await ledger.add(Entry(id="b" * 12, name="other", created_at=1))
    await ledger.remove("b" * 12)
    await ledger.send_away("troll", LATER)
    again = Ledger(tmp_path)
    assert again.stages == [SHOW]
    assert again.is_away("troll")
    assert not again.is_away("ann")


async def test_the_file_is_the_owners_alone(tmp_path: Path) -> None:
    await Ledger(tmp_path / "new").add(SHOW)
    path = tmp_path / "new" / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names(path.parent) == [FILE]


async def test_who_was_sent_away_is_forgotten_when_the_token_has_expired_anyway(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    await ledger.send_away("long ago", int(time.time()) - 1)
    await ledger.send_away("troll", LATER)
    assert json.loads((tmp_path / FILE).read_bytes())["sent_away"] == {"troll": LATER}
    assert not ledger.is_away("long ago")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"stages": [{"id": "default", "name": "x", "created_at": 1}]}',
        b'{"stages": [], "sent_away": {}, "of a later version": 1}',
    ],
)
async def test_a_damaged_file_is_an_error_and_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    ledger = Ledger(tmp_path)
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(Unavailable, match="is damaged"):
        Ledger(tmp_path)
    with pytest.raises(Unavailable, match="is damaged"):
        await ledger.add(SHOW)
    with pytest.raises(Unavailable, match="is damaged"):
        await ledger.send_away("troll", LATER)
    assert ledger.is_away("troll")
    assert (tmp_path / FILE).read_bytes() == content


async def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(Unavailable, match=FILE):
        Ledger(tmp_path)


async def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(tmp_path)
    await ledger.add(SHOW)
    before = (tmp_path / FILE).read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="No space left on device"):
        await ledger.remove(SHOW.id)
    assert (tmp_path / FILE).read_bytes() == before
    assert names(tmp_path) == [FILE]


async def test_changes_at_once_are_all_kept(tmp_path: Path) -> None:
    one, two = Ledger(tmp_path), Ledger(tmp_path)
    for name in "xy":  # in turn, as of two servers that share the folder
        await one.send_away(f"{name} of one", LATER)
        await two.send_away(f"{name} of two", LATER)
    await asyncio.gather(*(one.send_away(str(number), LATER) for number in range(20)))
    again = Ledger(tmp_path)
    assert all(again.is_away(f"{name} of {server}") for name in "xy" for server in ("one", "two"))
    assert all(again.is_away(str(number)) for number in range(20))


def test_it_is_whole_whenever_its_writer_is_killed(tmp_path: Path) -> None:
    for turn in range(4):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "begun\n"
            time.sleep(0.1 + 0.037 * turn)
            writer.kill()
        assert Ledger(tmp_path).is_away("participant-0")
