from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from cyclorama.backgrounds.base import Painting, Prompt
from cyclorama.backgrounds.library import Library
from cyclorama.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit

PROMPT = Prompt(text="beach", negative="people", width=640, height=360, seed=7)


def painting(colour: str = "teal") -> Painting:
    return Painting(Image.new("RGB", (640, 360), colour), ("beach",), "A note.")


async def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    library = Library.at(tmp_path)
    kept = await library.add(painting(), PROMPT, "scenery")
    again = await Library.at(tmp_path).get(kept.id)
    assert again == kept
    assert (again.prompt, again.negative_prompt, again.seed) == ("beach", "people", 7)
    assert (again.understood, again.note, again.generator) == (("beach",), "A note.", "scenery")
    picture = Image.open(io.BytesIO(await library.image(kept.id)))
    assert (picture.format, picture.size, picture.getpixel((5, 5))) == ("PNG", (640, 360), (0, 128, 128))
    thumbnail = Image.open(io.BytesIO(await library.thumbnail(kept.id)))
    assert (thumbnail.format, thumbnail.size) == ("WEBP", (320, 180))


async def test_newest_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library.at(tmp_path)
    ids = []
    for second in (1, 3, 2):
        monkeypatch.setattr("time.time", lambda second=second: 1_700_000_000 + second)
        ids.append((await library.add(painting(), PROMPT, "scenery")).id)
    assert [background.id for background in await library.list()] == [ids[1], ids[2], ids[0]]


async def test_deleted_is_gone_and_can_be_had_back(tmp_path: Path) -> None:
    library = Library.at(tmp_path)
    kept = await library.add(painting(), PROMPT, "scenery")
    await library.delete(kept.id)
    assert (await library.page()).backgrounds == []
    with pytest.raises(NotFound):
        await library.delete(kept.id)
    assert await library.restore(kept.id) == kept
    assert (await library.page()).backgrounds == [kept]


async def test_half_a_background_is_none(tmp_path: Path) -> None:
    library = Library.at(tmp_path)
    kept = await library.add(painting(), PROMPT, "scenery")
    (tmp_path / kept.id / "background.json").unlink()
    library = Library.at(tmp_path)
    assert await library.list() == []
    with pytest.raises(NotFound):
        await library.image(kept.id)


async def test_a_broken_sidecar_hides_only_itself(tmp_path: Path) -> None:
    library = Library.at(tmp_path)
    broken = await library.add(painting(), PROMPT, "scenery")
    good = await library.add(painting(), PROMPT, "scenery")
    (tmp_path / broken.id / "background.json").write_text("{")
    assert [background.id for background in await library.list()] == [good.id]


@pytest.mark.parametrize("id_", ["", "..", "../../etc/passwd", "0" * 21, "0" * 22, "g" * 22, "0" * 21 + "\n"])
async def test_strange_ids_are_not_found(tmp_path: Path, id_: str) -> None:
    with pytest.raises(NotFound):
        await Library.at(tmp_path).image(id_)


def test_a_file_in_the_folders_place_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="CYCLORAMA_DATA"):
        Library.at(tmp_path / "file" / "backgrounds")
