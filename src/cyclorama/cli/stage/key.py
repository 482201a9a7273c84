"""`cyclorama stage key`: the key pair that signs tokens for Amazon IVS."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from pathlib import Path  # noqa: TC003 - Typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from cyclorama import extras, keyfile
from cyclorama import settings as settings_
from cyclorama.cli import screen
from cyclorama.errors import NotFound

if TYPE_CHECKING:
    from cyclorama.settings import Settings

FILE = "ivs-key.pem"


def key(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="A P-384 private key (PEM) of your own.", show_default="a new one, kept in the data folder"
        ),
    ] = None,
) -> None:
    """Let Amazon IVS know a key, so that tokens are signed here and none costs a call.

    Standard output gets the two settings for that.
    """
    extras.require("ivs", "Amazon IVS")
    from cyclorama.stage.tokens import new_key

    # Without the settings that this is to make, of which one may be there already.
    settings = settings_.load().model_copy(update={"ivs_key": None, "ivs_key_arn": ""})
    path = (file or settings.data / FILE).absolute()
    pem = keyfile.read(path) if file else keyfile.keep(path, new_key)
    if not pem:
        raise NotFound(f"There is no file {path}. Without a name, a new key is made.")
    arn = asyncio.run(_import(settings, pem))
    screen.stderr().print(f"Amazon IVS knows the key now. Put this into {settings_.FILE}:")
    # A string of JSON is one of TOML.
    typer.echo(f"ivs_key = {json.dumps(str(path), ensure_ascii=False)}\nivs_key_arn = {json.dumps(arn)}")


async def _import(settings: Settings, pem: bytes) -> str:
    from cyclorama.stage.ivs import IvsBackend

    async with aclosing(IvsBackend(settings)) as ivs:
        return await ivs.import_key(pem)
