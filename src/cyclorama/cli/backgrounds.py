"""`cyclorama backgrounds`: the library of what was made."""

from __future__ import annotations

import asyncio
import io
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import DownloadColumn, MofNCompleteColumn
from rich.table import Table
from rich.text import Text

from cyclorama import settings as settings_
from cyclorama.cli import files, screen
from cyclorama.errors import InvalidRequest, NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from cyclorama.backgrounds.archive import Imported
    from cyclorama.backgrounds.background import Background
    from cyclorama.backgrounds.library import Library

SHORT = 12  # digits of an id, which are its time in milliseconds
WHOLE = 22
PAGE = 200

app = typer.Typer(no_args_is_help=True, help="The library of backgrounds that were made.")

Ids = Annotated[list[str], typer.Argument(help="Ids from the list, or their beginnings.", metavar="ID...")]


@app.command("list")
def list_(
    search: Annotated[str, typer.Option(help="Words that are in the prompt.")] = "",
    favourites: Annotated[bool, typer.Option("--favourites", help="Only these.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="All that is known of each, for programs.")] = False,
) -> None:
    """List backgrounds, newest first."""
    found, more = asyncio.run(_newest(_library(), search, favourites, limit))
    if as_json:
        typer.echo(json.dumps([each.model_dump(mode="json") for each in found], indent=2, ensure_ascii=False))
        return
    if not found:
        screen.stderr().print("There are none." if search or favourites else "There are none yet.")
        return
    table = Table(
        "Id",
        "Made",
        "Size",
        "By",
        "",
        box=None,
        pad_edge=False,
        header_style="dim",
        expand=sys.stdout.isatty(),
    )
    table.add_column("Prompt", ratio=1, no_wrap=True, overflow="ellipsis")
    for each in found:
        made, star = _made(each), "★" if each.favourite else ""
        prompt = Text(" ".join(each.prompt.split()))
        table.add_row(each.id[:SHORT], made, f"{each.width}x{each.height}", each.generator, star, prompt)
    screen.stdout().print(table)
    if more:
        screen.stderr().print(f"There are more: --limit {limit * 2}", style="dim")


@app.command()
def show(
    id_: Annotated[str, typer.Argument(help="An id from the list, or its beginning.", metavar="ID")],
    open_: Annotated[bool, typer.Option("--open", help="Show the picture in the system's viewer.")] = False,
) -> None:
    """Show a background, and all that made it."""
    asyncio.run(_show(_library(), id_, open_))


@app.command()
def delete(ids: Ids) -> None:
    """Delete backgrounds; for an hour they can be had back."""
    asyncio.run(_delete(_library(), ids))


@app.command()
def restore(
    ids: Annotated[list[str], typer.Argument(help="Whole ids, as `delete` told them.", metavar="ID...")],
) -> None:
    """Have back what was deleted less than an hour ago."""
    asyncio.run(_restore(_library(), ids))


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The .zip to write.")],
    ids: Annotated[
        list[str] | None, typer.Argument(help="Ids from the list.", metavar="[ID]...", show_default="all")
    ] = None,
) -> None:
    """Put backgrounds, and all that made them, into a .zip file."""
    asyncio.run(write_archive(_library(), file, ids or []))


@app.command("import")
def import_(file: Annotated[Path, typer.Argument(help="The .zip to read.")]) -> None:
    """Take in the backgrounds of a .zip file that `export` wrote."""
    from cyclorama.backgrounds.archive import ALREADY

    try:
        with file.open("rb") as archive:
            result = asyncio.run(_import(_library(), archive))
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {file}.") from error
    except OSError as error:
        raise Unavailable(f"{file} cannot be read: {error.strerror}.") from error
    console = screen.stderr()
    console.print(f"{_counted(len(result.imported))} imported.")
    names: dict[str, list[str]] = {}
    for skipped in result.skipped:
        names.setdefault(skipped.reason, []).append(skipped.name)
    for reason, (first, *others) in names.items():
        more = f" and {len(others)} more" if others else ""
        console.print(f"Left out {first}{more}: {reason}", markup=False)
    if names and not result.imported and ALREADY not in names:
        raise typer.Exit(1)


def _library() -> Library:
    # The store takes a tenth of a second, for which no other command need wait.
    from cyclorama.backgrounds.library import Library

    return Library.of(settings_.load())


async def _newest(
    library: Library, search: str, favourites: bool, limit: int
) -> tuple[list[Background], bool]:
    """Return backgrounds, and whether there are more."""
    found: list[Background] = []
    after = None
    while True:
        page = await library.page(search, favourites, min(PAGE, limit - len(found)), after)
        found += page.backgrounds
        after = page.next
        if after is None or len(found) >= limit:
            return found, after is not None


async def _meant(library: Library, given: Sequence[str]) -> list[str]:
    """Return the ids that begin so.

    Raises:
        NotFound: none does.
        InvalidRequest: several do.
    """
    if all(len(each) == WHOLE for each in given):
        return list(dict.fromkeys(given))
    known = [background.id for background in await library.list()]
    meant: dict[str, None] = {}
    for each in given:
        match = [id_ for id_ in known if each and id_.startswith(each.lower())]
        if not match:
            raise NotFound(f"There is no background {each!r}. See: cyclorama backgrounds list")
        if len(match) > 1:
            raise InvalidRequest(f"{each!r} may be {' or '.join(match[:4])}. Give more of it.")
        meant[match[0]] = None
    return list(meant)


async def _show(library: Library, given: str, open_: bool) -> None:
    from PIL import Image

    from cyclorama.backgrounds.background import IMAGES

    background = await library.get((await _meant(library, [given]))[0])
    console = screen.stdout()
    if screen.shows_pictures(console):
        with Image.open(io.BytesIO(await library.thumbnail(background.id))) as thumbnail:
            console.print(screen.in_characters(thumbnail), end="")
    table = Table.grid(padding=(0, 2))
    for name, value in {
        "Prompt": background.prompt,
        "Leave out": background.negative_prompt,
        "Style": background.style,
        "Size": f"{background.width}x{background.height}",
        "Kind": background.media_type,
        "Seed": str(background.seed),
        "By": " ".join(dict.fromkeys((background.generator, *background.model.split()))),
        "Made": _made(background),
        "Favourite": "yes" if background.favourite else "",
        "Understood": ", ".join(background.understood),
        "Note": background.note,
        "Licence": background.licence,
        "Address": background.url,
        "Id": background.id,
    }.items():
        if value:
            table.add_row(Text(name, "dim"), Text(value))
    console.print(table)
    if open_:
        suffix = Path(IMAGES[background.media_type]).suffix
        # Left behind for the viewer; the system clears its folder of temporary files.
        path = Path(tempfile.mkdtemp(prefix="cyclorama-")) / f"{files.name_for(background.prompt)}{suffix}"
        await asyncio.to_thread(path.write_bytes, await library.image(background.id))
        screen.open_in_viewer(screen.stderr(), path)


async def _delete(library: Library, given: Sequence[str]) -> None:
    console = screen.stdout()
    # All are looked up first: where one id is wrong, nothing is deleted.
    for background in [await library.get(id_) for id_ in await _meant(library, given)]:
        await library.delete(background.id)
        console.print(f"Deleted: {_short(background)}", markup=False)
        console.print(
            f"To have it back, within an hour: cyclorama backgrounds restore {background.id}", style="dim"
        )


async def _restore(library: Library, ids: Sequence[str]) -> None:
    for id_ in ids:
        if len(id_) != WHOLE:
            raise InvalidRequest(f"{id_!r} is not a whole id; `cyclorama backgrounds delete` told it.")
        screen.stdout().print(f"Here again: {_short(await library.restore(id_))}", markup=False)


async def write_archive(library: Library, file: Path, given: Sequence[str] = ()) -> None:
    """Put the backgrounds of these ids, or all, into a .zip file."""
    from cyclorama.backgrounds.archive import pack

    ids = await _meant(library, given) if given else None
    console = screen.stderr()
    size = 0
    with files.whole(file) as archive, screen.bar(console, DownloadColumn()) as bar:
        task = bar.add_task("Packing", total=None)
        async for chunk in pack(library, ids):
            size += archive.write(chunk)
            bar.update(task, completed=size)
    console.print(f"{file}: {size / 1e6:.1f} MB", markup=False)


async def _import(library: Library, archive: BinaryIO) -> Imported:
    from cyclorama.backgrounds.archive import Imported, unpack

    with screen.bar(screen.stderr(), MofNCompleteColumn()) as bar:
        task = bar.add_task("Unpacking", total=None)
        async for event in unpack(library, archive):
            if isinstance(event, Imported):
                return event
            bar.update(task, completed=event.done, total=event.total)
    raise AssertionError("unpack ends with what was imported")


def _made(background: Background) -> str:
    return f"{background.created_at.astimezone():%Y-%m-%d %H:%M}"


def _short(background: Background) -> str:
    return f'"{background.prompt}", made {_made(background)}'


def _counted(number: int) -> str:
    return "1 background" if number == 1 else f"{number} backgrounds"
