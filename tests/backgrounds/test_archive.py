from __future__ import annotations

import asyncio
import io
import json
import struct
import zipfile
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import av
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from cyclorama.backgrounds import unzip
from cyclorama.backgrounds.archive import Imported, Step, pack, unpack
from cyclorama.backgrounds.base import Painting, Prompt, Report
from cyclorama.backgrounds.fake import FakeGenerator
from cyclorama.backgrounds.library import Library
from cyclorama.errors import CycloramaError, InvalidRequest, NotFound, UnsupportedMedia
from tests.media import moving

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cyclorama.backgrounds.background import Background
    from tests.backgrounds.conftest import Clock

pytestmark = pytest.mark.unit

ID = "0123456789ab0123456789"
SIDECAR: dict[str, Any] = {
    "id": ID,
    "prompt": "beach",
    "generator": "scenery",
    "seed": 7,
    "width": 64,
    "height": 80,
    "created_at": "2026-11-20T08:00:00Z",
}


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 80), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 50).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def zipped(files: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def background(
    sidecar: Mapping[str, Any] | None = None, image: bytes = b"", **more: bytes
) -> dict[str, bytes]:
    return {
        f"{ID}/background.json": json.dumps(SIDECAR | dict(sidecar or {})).encode(),
        f"{ID}/image.png": image or picture(),
    }


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.at(tmp_path / "library")


@pytest.fixture
def other(tmp_path: Path) -> Library:
    return Library.at(tmp_path / "other")


async def add(library: Library, text: str = "beach") -> Background:
    image = Image.effect_noise((64, 80), 50).convert("RGB")
    return await library.add(Painting(image), Prompt(text=text), "scenery")


async def packed(library: Library, ids: list[str] | None = None) -> bytes:
    return b"".join([chunk async for chunk in pack(library, ids)])


async def unpacked(library: Library, data: bytes) -> Imported:
    events = [event async for event in unpack(library, io.BytesIO(data))]
    last = events.pop()
    assert isinstance(last, Imported)
    steps = [(event.done, event.total) for event in events if isinstance(event, Step)]
    total = steps[-1][1]
    assert steps == [(done, total) for done in range(total + 1)]
    assert {b.id for b in last.imported} <= {b.id for b in await library.list()}
    return last


async def reasons(library: Library, data: bytes) -> list[str]:
    result = await unpacked(library, data)
    assert result.imported == []
    assert await library.list() == []
    return [skipped.reason for skipped in result.skipped]


async def test_what_goes_out_comes_in_favourites_and_all(
    library: Library, other: Library, clock: Clock
) -> None:
    for text in ("beach", "Übermut & co", "forest"):
        clock.forward(seconds=1)
        last = await add(library, text)
    await library.favour(last.id, True)
    result = await unpacked(other, await packed(library))
    assert (len(result.imported), result.skipped) == (3, [])
    assert await other.page() == await library.page()
    for kept in await library.list():
        assert await other.image(kept.id) == await library.image(kept.id)
        assert await other.thumbnail(kept.id) == await library.thumbnail(kept.id)


async def test_a_loop_goes_out_and_comes_in_with_all_that_made_it(library: Library, other: Library) -> None:
    prompt = Prompt(text="beach", width=64, height=64, seed=5, motion=True)
    kept = await library.add(FakeGenerator(moves=True).generate(prompt, Report()), prompt, "scenery")
    result = await unpacked(other, await packed(library))
    assert result.imported == [kept]
    assert (kept.media_type, kept.seconds) == ("video/webm", 8)
    with av.open(io.BytesIO(await other.image(kept.id)), "r") as file:
        assert (file.metadata["PROMPT"], file.metadata["SEED"]) == ("beach", "5")
        assert len(list(file.decode(video=0))) == 12


async def test_the_zip_is_laid_out_as_the_library_is(library: Library, tmp_path: Path) -> None:
    kept = await library.favour((await add(library)).id, True)
    zipfile.ZipFile(io.BytesIO(await packed(library))).extractall(tmp_path / "unzipped")
    assert await Library.at(tmp_path / "unzipped").page() == await library.page()
    assert await Library.at(tmp_path / "unzipped").image(kept.id) == await library.image(kept.id)


async def test_chosen_ones_go_out_alone(library: Library, other: Library) -> None:
    chosen, _ = await add(library), await add(library)
    await unpacked(other, await packed(library, [chosen.id, chosen.id]))
    assert await other.list() == [chosen]


async def test_who_asks_for_what_is_not_there_is_told_first(library: Library) -> None:
    kept = await add(library)
    with pytest.raises(NotFound):
        await anext(aiter(pack(library, [kept.id, ID])))


async def test_what_is_deleted_while_it_goes_out_is_left_out(library: Library, other: Library) -> None:
    first, second = sorted([(await add(library)).id for _ in range(2)], reverse=True)
    chunks = aiter(pack(library))
    data = await anext(chunks)
    await library.delete(second)
    data += b"".join([chunk async for chunk in chunks])
    assert [b.id for b in (await unpacked(other, data)).imported] == [first]


async def test_it_goes_out_as_it_is_read(library: Library) -> None:
    for _ in range(3):
        await add(library)
    sizes = [
        len(await library.image(kept.id)) + len(await library.thumbnail(kept.id))
        for kept in await library.list()
    ]
    chunks = [len(chunk) async for chunk in pack(library)]
    assert len(chunks) == 4
    assert max(chunks) < max(sizes) + 4000  # the sidecar, and the zip's own words


async def test_an_empty_library_is_an_empty_zip(library: Library, other: Library) -> None:
    assert (await unpacked(other, await packed(library))) == Imported([], [])


async def test_again_changes_nothing(library: Library, other: Library) -> None:
    await add(library)
    data = await packed(library)
    await unpacked(other, data)
    again = await unpacked(other, data)
    assert again.imported == []
    assert [skipped.reason for skipped in again.skipped] == ["It is in the library already."]
    assert await other.list() == await library.list()


async def test_deleted_ones_come_back(library: Library) -> None:
    kept = await add(library)
    data = await packed(library)
    await library.delete(kept.id)
    assert (await unpacked(library, data)).imported == [kept]


async def test_a_zip_of_the_librarys_own_folder_will_do(
    library: Library, other: Library, tmp_path: Path
) -> None:
    kept, gone, half = await add(library), await add(library), await add(library)
    await library.delete(gone.id)
    await library.favour(kept.id, True)
    (tmp_path / "library" / half.id / "background.json").unlink()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in (tmp_path / "library").rglob("*"):
            archive.write(path, path.relative_to(tmp_path))
    result = await unpacked(other, out.getvalue())
    assert result.imported == [await library.get(kept.id)]
    assert [skipped.reason for skipped in result.skipped] == ["It has no background.json beside it."]


async def test_plain_pictures_come_in_by_their_names(library: Library) -> None:
    files = {
        "holiday/Our garden.JPG": picture("JPEG", (200, 100)),
        "b.webp": picture("WEBP"),
        "__MACOSX/._b.webp": b"x",
        ".hidden/c.png": picture(),
        "notes.txt": b"hello",
        "holiday/broken.png": b"x",
        "..\\..\\d\x07.png": picture(),
        "waves.webm": moving.video(),
    }
    result = await unpacked(library, zipped(files))
    assert sorted((b.prompt, b.generator, b.width) for b in result.imported) == [
        ("Our garden", "upload", 200),
        ("b", "upload", 64),
        ("d", "upload", 64),
        ("waves", "upload", 128),
    ]
    assert {s.name: s.reason.partition(".")[0] for s in result.skipped} == {
        "notes.txt": "It is no picture and no video",
        "holiday/broken.png": "The file is not a PNG, JPEG or WebP picture, nor an MP4 or WebM video",
    }


@pytest.mark.parametrize("name", ["../../evil.png", "/etc/evil.png", "C:\\evil.png", "a/../../evil.png"])
async def test_names_lead_nowhere(library: Library, tmp_path: Path, name: str) -> None:
    await unpacked(library, zipped({name: picture()}))
    assert {path.name for path in tmp_path.iterdir()} <= {"library"}  # noqa: ASYNC240
    assert [b.prompt for b in await library.list()] == ["evil"]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (background({"id": "f" * 22}), "belongs to another picture"),
        (background({"media_type": "image/webp"}), "belongs to another picture"),
        (background({"media_type": "text/html"}), "belongs to another picture"),
        (background({"width": 65}), "not the one"),
        (background({"width": 100_000}), "makes no sense"),
        (background({"seed": -1}), "makes no sense"),
        (background({"prompt": ""}), "makes no sense"),
        (background({"prompt": "x" * 2001}), "makes no sense"),
        (background({"created_at": "yesterday"}), "makes no sense"),
        (background({"created_at": "2026-11-20T08:00:00"}), "makes no sense"),
        (background({"note": "x" * 1_000_000}), "larger"),
        (background(image=picture("JPEG")), "broken"),
        (background(image=picture()[:500]), "broken"),
        (background(image=b"x"), "broken"),
        (background(image=b"\0" * 40_000_000), "larger"),
        (
            background(image=picture("PNG", save_all=True, append_images=[Image.new("RGB", (64, 80))])),
            "not the one",
        ),
        ({f"{ID}/background.json": b"{"}, "makes no sense"),
        ({f"{ID}/background.json": b"\xff" * 50}, "makes no sense"),
        ({f"{ID}/background.json": b"[" * 100_000}, "larger"),
        ({f"{ID}/background.json": json.dumps(SIDECAR).encode()}, "belongs to another picture"),
        ({f"{ID}/image.png": picture()}, "no background.json"),
    ],
)
async def test_a_bad_background_is_left_out_with_a_reason(
    library: Library, files: dict[str, bytes], reason: str
) -> None:
    [said] = await reasons(library, zipped(files))
    assert reason in said


async def test_one_bad_background_spoils_no_other(library: Library, other: Library) -> None:
    kept = await add(library)
    data = io.BytesIO(await packed(library))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr(f"{ID}/background.json", "{")
    result = await unpacked(other, data.getvalue())
    assert result.imported == [kept]
    assert [skipped.name for skipped in result.skipped] == [ID]


async def test_a_sidecar_says_neither_where_it_is_nor_whom_it_pleases(library: Library) -> None:
    files = background({"favourite": True, "url": "https://evil.example.org", "image": "/etc/passwd"})
    [kept] = (await unpacked(library, zipped(files))).imported
    assert (kept.favourite, kept.url, kept.image) == (False, "", f"/backgrounds/{ID}/image")
    assert await library.get(ID) == kept


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"not a zip" * 100, b"\x89PNG\r\n\x1a\n", b"PK\x05\x06" + b"\xff" * 18]
)
async def test_what_is_no_zip_is_refused(library: Library, data: bytes) -> None:
    with pytest.raises(UnsupportedMedia):
        await unpacked(library, data)


async def test_a_zip_that_is_cut_short_is_refused(library: Library, other: Library) -> None:
    await add(library)
    with pytest.raises(UnsupportedMedia):
        await unpacked(other, (await packed(library))[:-30])


@pytest.mark.parametrize("compression", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
async def test_compression_that_can_take_all_memory_is_not_read(library: Library, compression: int) -> None:
    assert "compressed" in (await reasons(library, zipped({"a.png": picture()}, compression)))[0]


async def test_encrypted_pictures_are_said_to_be_so(library: Library) -> None:
    data = bytearray(zipped({"a.png": picture()}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in (await reasons(library, bytes(data)))[0]


async def test_a_wrong_sum_is_said_to_be_broken(library: Library) -> None:
    data = bytearray(zipped({"a.png": picture()}, zipfile.ZIP_STORED))
    data[200] ^= 1
    assert await reasons(library, bytes(data)) == ["It is broken."]


async def test_a_bomb_is_not_unpacked(library: Library) -> None:
    assert "larger" in (await reasons(library, zipped({"a.png": b"\0" * 19_000_000})))[0]


async def test_a_bomb_that_lies_about_its_size_goes_no_further_than_it_says(library: Library) -> None:
    data = bytearray(zipped({"a.png": b"\0" * 19_000_000}))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 1000)
    assert await reasons(library, bytes(data)) == ["It is broken."]


async def test_a_zip_whose_parts_lie_upon_each_other_is_refused(library: Library) -> None:
    data = zipped({"a.png": picture(), "b.png": b""}, zipfile.ZIP_STORED)
    entries = data[data.index(b"PK\x01\x02") : data.index(b"PK\x05\x06")]
    first = entries[: entries.index(b"PK\x01\x02", 4)]
    many = first * 20
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 20, 20, len(many), data.index(b"PK\x01\x02"), 0)
    with pytest.raises(InvalidRequest, match="upon each other"):
        await unpacked(library, data[: data.index(b"PK\x01\x02")] + many + end)


async def test_a_list_of_names_that_fills_memory_is_refused(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unzip, "MAX_DIRECTORY", 10_000)
    with pytest.raises(UnsupportedMedia):
        await unpacked(library, zipped({f"{number}.txt": b"" for number in range(1000)}))


async def test_a_cancelled_import_keeps_what_is_in(library: Library, other: Library) -> None:
    for _ in range(5):
        await add(library)
    data = await packed(library)
    async with aclosing(unpack(other, io.BytesIO(data))) as steps:  # type: ignore[type-var]
        async for step in steps:
            if isinstance(step, Step) and step.done == 2:
                break
    kept = await other.list()
    assert len(kept) == 2
    for each in kept:
        Image.open(io.BytesIO(await other.image(each.id))).load()
    assert len((await unpacked(other, data)).imported) == 3


async def test_an_import_cancelled_at_any_moment_leaves_only_whole_ones(
    library: Library, tmp_path: Path
) -> None:
    for _ in range(3):
        await add(library)
    data = await packed(library)
    for turns in range(0, 120, 5):
        other = Library.at(tmp_path / str(turns))
        task = asyncio.create_task(unpacked(other, data))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        for each in await other.list():
            Image.open(io.BytesIO(await other.image(each.id))).load()
            Image.open(io.BytesIO(await other.thumbnail(each.id))).load()
        again = await unpacked(other, data)
        assert len(again.imported) + len(again.skipped) == 3
        assert await other.list() == await library.list()


WHOLE = zipped(background() | {f"favourites/{ID}": b"", "own.jpg": picture("JPEG")})


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(WHOLE) - 1), junk=st.binary(min_size=1, max_size=8))
def test_no_damage_raises_anything_but_an_error_in_words(tmp_path: Path, at: int, junk: bytes) -> None:
    async def take() -> None:
        library = Library.at(tmp_path / "damaged")
        try:
            result = await unpacked(library, WHOLE[:at] + junk + WHOLE[at + len(junk) :])
        except CycloramaError:
            return
        for kept in result.imported:
            Image.open(io.BytesIO(await library.image(kept.id))).load()

    asyncio.run(take())
