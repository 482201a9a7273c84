from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from cyclorama.backgrounds import archive
from cyclorama.backgrounds import library as library_
from cyclorama.backgrounds.base import Painting, Prompt
from cyclorama.backgrounds.library import Library
from cyclorama.errors import Conflict, InvalidRequest, NotFound, Unavailable
from cyclorama.settings import Settings
from tests.backgrounds.conftest import PLACES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from cyclorama.backgrounds.background import Background
    from cyclorama.backgrounds.store import Store
    from tests.backgrounds.conftest import Clock

pytestmark = pytest.mark.parametrize("place", PLACES, indirect=True)

PROMPT = Prompt(text="beach", negative="people", style="ink", width=64, height=80, seed=7)
STRANGE_IDS = ["", "..", "../../etc/passwd", "0" * 21, "0" * 22, "g" * 22, "0" * 21 + "\n", "favourites"]


def painting(colour: str = "teal", **more: object) -> Painting:
    return Painting(Image.new("RGB", (64, 80), colour), ("beach",), "A note.", **more)  # type: ignore[arg-type]


async def add(library: Library, text: str = "beach") -> Background:
    return await library.add(painting(), PROMPT.model_copy(update={"text": text}), "scenery")


async def ids(library: Library, **asked: object) -> list[str]:
    return [background.id for background in (await library.page(**asked)).backgrounds]  # type: ignore[arg-type]


async def objects(store: Store) -> set[str]:
    return {entry.path for entry in await store.list()}


async def test_what_goes_in_comes_out(library: Library, another: Library) -> None:
    made = painting(model="beach-1", licence="CC0", seed=8, learned=True)
    kept = await library.add(made, PROMPT, "bedrock")
    assert await another.get(kept.id) == kept
    assert (await another.page()).backgrounds == [kept]
    assert (kept.prompt, kept.negative_prompt, kept.style, kept.seed) == ("beach", "people", "ink", 8)
    assert (kept.generator, kept.model, kept.licence) == ("bedrock", "beach-1", "CC0")
    assert (kept.understood, kept.note, kept.favourite) == (("beach",), "A note.", False)
    assert (kept.media_type, kept.url) == ("image/png", "")
    picture = Image.open(io.BytesIO(await another.image(kept.id)))
    assert (picture.format, picture.size, picture.getpixel((5, 5))) == ("PNG", (64, 80), (0, 128, 128))


async def test_pictures_can_be_kept_as_webp(store: Store, another: Library) -> None:
    kept = await Library(store, "webp").add(painting(), PROMPT, "scenery")
    assert kept.media_type == "image/webp"
    assert Image.open(io.BytesIO(await another.image(kept.id))).format == "WEBP"


async def test_thumbnails_are_320_px_wide(library: Library) -> None:
    kept = await library.add(Painting(Image.new("RGB", (640, 360))), PROMPT, "scenery")
    thumbnail = Image.open(io.BytesIO(await library.thumbnail(kept.id)))
    assert (thumbnail.format, thumbnail.size) == ("WEBP", (320, 180))


async def test_public_pictures_have_an_address(store: Store, another: Library) -> None:
    kept = await Library(store, public_url="https://cdn.example.org/b/").add(painting(), PROMPT, "scenery")
    assert kept.url == f"https://cdn.example.org/b/{kept.id}/image.png"
    assert f"{kept.id}/image.png" in await objects(store)
    assert (await another.get(kept.id)).url == ""  # it belongs to the settings, not to the background


async def test_newest_come_first(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for second in (1, 3, 2):
        monkeypatch.setattr("time.time", lambda second=second: 1_700_000_000 + second)
        made.append((await add(library)).id)
    assert await ids(library) == [made[1], made[2], made[0]]


async def test_pages_neither_repeat_nor_miss_what_others_leave_alone(library: Library, clock: Clock) -> None:
    made = []
    for _ in range(9):
        clock.forward(seconds=1)
        made.append((await add(library)).id)
    first = await library.page(limit=4)
    assert [b.id for b in first.backgrounds] == made[:4:-1]
    clock.forward(seconds=1)
    await add(library)
    for gone in (first.next or "", made[3]):
        await library.delete(gone)
    second = await library.page(limit=4, after=first.next)
    assert [b.id for b in second.backgrounds] == [made[4], made[2], made[1], made[0]]
    assert second.next is None


async def test_a_page_that_ends_with_the_last_says_so(library: Library) -> None:
    await add(library)
    await add(library)
    assert (await library.page(limit=2)).next is None
    assert (await library.page(limit=1)).next is not None


@pytest.mark.parametrize("asked", [{"limit": 0}, {"limit": 201}, {"after": "x"}, {"after": ""}])
async def test_pages_that_cannot_be_are_refused(library: Library, asked: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        await ids(library, **asked)


@pytest.mark.parametrize(
    ("search", "finds"),
    [
        ("", True),
        ("   ", True),
        ("cafe paris", True),
        ("PARIS café", True),
        ("cafe\u0301", True),
        ("street", True),
        ("STRASSE", True),
        ("пари", False),
        ("café london", False),
        ("%", False),
    ],
)
async def test_search_wants_every_word_in_any_case_and_accent(
    library: Library, search: str, finds: bool
) -> None:
    await add(library, "A Café in Paris, street by night, Straße")
    assert len(await ids(library, search=search)) == finds


async def test_search_goes_beyond_what_does_not_match(library: Library, clock: Clock) -> None:
    for number in range(130):
        clock.forward(seconds=1)
        await add(library, "even" if number % 2 else "odd")
    page = await library.page(search="odd", limit=50)
    rest = await library.page(search="odd", limit=50, after=page.next)
    assert [len(page.backgrounds), len(rest.backgrounds), rest.next] == [50, 15, None]


async def test_favourites_are_seen_by_all_and_can_be_listed_alone(library: Library, another: Library) -> None:
    liked, other = await add(library), await add(library)
    assert (await library.favour(liked.id, True)).favourite
    assert (await library.favour(liked.id, True)).favourite
    assert (await another.get(liked.id)).favourite
    assert await ids(another, favourites=True) == [liked.id]
    assert {b.id: b.favourite for b in (await another.page()).backgrounds} == {
        liked.id: True,
        other.id: False,
    }
    assert not (await another.favour(liked.id, False)).favourite
    assert not (await another.favour(liked.id, False)).favourite
    assert await ids(library, favourites=True) == []


async def test_deleted_is_gone_for_everyone_and_can_be_had_back(library: Library, another: Library) -> None:
    kept = await library.favour((await add(library)).id, True)
    await library.delete(kept.id)
    for gone in (library.get, another.image, another.thumbnail, another.delete):
        with pytest.raises(NotFound):
            await gone(kept.id)
    assert await ids(another) == []
    assert await another.restore(kept.id) == kept
    assert (await library.page()).backgrounds == [kept]
    assert await library.restore(kept.id) == kept


async def test_after_an_hour_it_is_too_late(library: Library, store: Store, clock: Clock) -> None:
    kept, stays = await add(library), await add(library)
    await library.favour(kept.id, True)
    await library.delete(kept.id)
    clock.forward(minutes=50)
    await library.sweep()
    await library.restore(kept.id)
    await library.delete(kept.id)
    clock.forward(minutes=70)
    with pytest.raises(NotFound, match="over an hour"):
        await library.restore(kept.id)
    clock.forward(minutes=70)
    await library.sweep()
    assert {path.partition("/")[0] for path in await objects(store)} == {stays.id}
    with pytest.raises(NotFound):
        await library.restore(kept.id)
    assert await ids(library) == [stays.id]


async def test_a_sweeper_whose_clock_is_ahead_takes_nothing_that_can_still_be_restored(
    library: Library, another: Library, clock: Clock
) -> None:
    kept = await add(library)
    await library.delete(kept.id)
    clock.forward(minutes=59 + 59)
    await another.sweep()
    clock.forward(minutes=-59)
    assert (await library.restore(kept.id)).id == kept.id


async def test_a_sweeper_that_is_late_leaves_what_came_back(
    library: Library, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = await add(library)
    picture, preview = await library.image(kept.id), await library.thumbnail(kept.id)
    await library.delete(kept.id)
    clock.forward(hours=3)
    listing = store.list

    async def list_then_others_act(folder: str | None = None) -> object:
        found = await listing(folder)
        monkeypatch.setattr(store, "list", listing)
        await library.sweep()
        assert await library.add_again(kept, picture, preview) == kept
        return found

    monkeypatch.setattr(store, "list", list_then_others_act)
    await library.sweep()
    assert await library.get(kept.id) == kept


async def test_a_sweep_that_breaks_off_leaves_nothing_half_even_where_its_mark_is_lost(
    library: Library, store: Store, another: Library, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove = store.remove
    for done in range(5):
        kept = await library.favour((await add(library)).id, True)
        await library.delete(kept.id)
        clock.forward(hours=3)
        left = done

        async def some(path: str) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Unavailable("The network is gone.")
            await remove(path)

        with monkeypatch.context() as broken:
            broken.setattr(store, "remove", some)
            with pytest.raises(Unavailable):
                await library.sweep()
        await store.remove(f"deleted/{kept.id}")
        for each in (await another.page()).backgrounds:
            await another.image(each.id)
            await another.thumbnail(each.id)


async def test_half_a_background_is_none(library: Library, store: Store, another: Library) -> None:
    kept = await add(library)
    await store.remove(f"{kept.id}/background.json")
    assert await ids(another) == []
    with pytest.raises(NotFound):
        await library.image(kept.id)


async def test_halves_are_swept_when_nobody_can_be_at_work_on_them(
    library: Library, store: Store, clock: Clock
) -> None:
    stays, half = await add(library), await add(library)
    await store.remove(f"{half.id}/background.json")
    await library.sweep()
    clock.forward(hours=25)
    await store.put(f"{half.id}/thumbnail.webp", b"", "image/webp")
    clock.forward(hours=-25)
    await store.put("notes/mine.txt", b"")
    for _ in range(2):
        await library.sweep()
        assert f"{half.id}/image.png" in await objects(store)
        clock.forward(hours=25)
    for _ in range(2):
        await library.sweep()
        clock.forward(hours=3)
    assert {path.partition("/")[0] for path in await objects(store)} == {stays.id, "notes"}
    assert await ids(library) == [stays.id]


async def test_what_was_exported_comes_back_once(library: Library, store: Store, clock: Clock) -> None:
    kept = await library.favour((await add(library)).id, True)
    picture, preview = await library.image(kept.id), await library.thumbnail(kept.id)
    assert await library.add_again(kept, picture, preview) is None
    await library.delete(kept.id)
    assert await library.add_again(kept, picture, preview) == kept
    await library.delete(kept.id)
    clock.forward(hours=1.5)
    with pytest.raises(Conflict):
        await library.add_again(kept, picture, preview)
    clock.forward(hours=1)
    await library.sweep()
    await store.put(f"{kept.id}/image.png", b"half")
    assert await library.add_again(kept, picture, preview) == kept
    assert (await library.image(kept.id), await library.thumbnail(kept.id)) == (picture, preview)


async def test_what_is_exported_can_be_imported(library: Library, clock: Clock, tmp_path: Path) -> None:
    for text in ("beach", "forest"):
        clock.forward(seconds=1)
        await library.favour((await add(library, text)).id, text == "beach")
    exported = b"".join([chunk async for chunk in archive.pack(library)])
    for other in (library, Library.at(tmp_path / "other")):
        async for _ in archive.unpack(other, io.BytesIO(exported)):
            pass
        assert await other.page() == await library.page()


@pytest.mark.parametrize("sidecar", ["{", "", "[]", "null", '{"id": "x"}', "other"])
async def test_a_broken_sidecar_hides_only_itself(
    library: Library, store: Store, another: Library, sidecar: str
) -> None:
    broken, good = await add(library), await add(library)
    text = good.model_dump_json() if sidecar == "other" else sidecar
    await store.put(f"{broken.id}/background.json", text.encode())
    assert await ids(another) == [good.id]
    with pytest.raises(NotFound):
        await another.get(broken.id)


async def test_sidecars_of_the_first_release_are_read(library: Library, store: Store) -> None:
    id_ = "0123456789ab0123456789"
    sidecar = {
        "id": id_,
        "prompt": "beach",
        "negative_prompt": "",
        "generator": "scenery",
        "seed": 7,
        "width": 640,
        "height": 360,
        "created_at": "2026-11-20T08:00:00.123456Z",
        "understood": ["beach"],
        "note": "A note.",
    }
    await store.put(f"{id_}/image.png", b"png")
    await store.put(f"{id_}/background.json", json.dumps(sidecar).encode())
    found = await library.get(id_)
    assert (found.prompt, found.style, found.model, found.media_type) == ("beach", "", "", "image/png")
    assert await library.image(id_) == b"png"
    assert await ids(library) == [id_]


@pytest.mark.parametrize("id_", STRANGE_IDS)
async def test_strange_ids_are_not_found(library: Library, id_: str) -> None:
    await add(library)
    ask: list[Callable[[str], Awaitable[object]]] = [
        library.get,
        library.image,
        library.thumbnail,
        library.delete,
        library.restore,
        lambda id_: library.favour(id_, True),
    ]
    for what in ask:
        with pytest.raises(NotFound):
            await what(id_)


async def test_memory_holds_a_bounded_number_of_sidecars(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_, "REMEMBERED", 2)
    for _ in range(4):
        await add(library)
    assert len(await ids(library)) == 4
    assert len(library._known) == 2


async def test_settings_say_where_and_how(place: str, tmp_path: Path) -> None:
    if place.startswith("s3://"):
        settings = Settings(library=place, library_format="webp", public_url="https://cdn.example.org")
    else:
        settings = Settings(data=tmp_path, library_format="webp", public_url="https://cdn.example.org")
    kept = await add(Library.of(settings))
    assert kept.url == f"https://cdn.example.org/{kept.id}/image.webp"
    if not place.startswith("s3://"):
        assert (tmp_path / "backgrounds" / kept.id / "image.webp").exists()


async def test_a_refused_write_leaves_nothing_to_see(
    library: Library, store: Store, another: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = store.put
    for refused in ("image.png", "thumbnail.webp", "background.json"):

        async def sometimes(path: str, data: bytes, kind: str = "", refused: str = refused) -> None:
            if path.endswith(refused):
                raise Unavailable("The disk is full.")
            await put(path, data, kind)

        monkeypatch.setattr(store, "put", sometimes)
        with pytest.raises(Unavailable):
            await add(library)
        assert await ids(another) == []
