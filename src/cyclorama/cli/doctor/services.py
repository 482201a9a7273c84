"""What keeps and paints backgrounds, here and elsewhere, and the accounts for it."""

from __future__ import annotations

import asyncio
import configparser
import os
import threading
import time
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from cyclorama.backgrounds.generators import AUTO, Generators
from cyclorama.backgrounds.library import Library
from cyclorama.cli.doctor.check import Check
from cyclorama.errors import CycloramaError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cyclorama.settings import Settings

PATIENCE_S = 20.0


def checks(settings: Settings) -> Iterator[Check]:
    """Look at library, generators and accounts; those that may take their time are asked at once."""
    until = time.monotonic() + PATIENCE_S
    library = _begun(_library, settings)
    try:
        generators = Generators(settings)
    except CycloramaError as error:
        yield _ended("Library", library, until)
        yield Check("Moderation", "broken", "cannot start, so nothing is painted", error.detail)
    else:
        chosen = _begun(_chosen, generators, settings)
        kinds = {name: _begun(_kind, name, generators) for name in generators.names}
        yield _ended("Library", library, until)
        yield _ended("Generator", chosen, until)
        for name, check in kinds.items():
            yield _ended(f"- {name}", check, until)
    yield _aws(settings)


def _begun(look: Callable[..., Check], *what: object) -> Future[Check]:
    future: Future[Check] = Future()

    def run() -> None:
        try:
            future.set_result(look(*what))
        except BaseException as error:
            future.set_exception(error)

    # Not a pool: its threads would keep the process until they end.
    threading.Thread(target=run, daemon=True).start()
    return future


def _ended(name: str, check: Future[Check], until: float) -> Check:
    try:
        return check.result(max(0, until - time.monotonic()))
    except TimeoutError:
        advice = "Is the network slow? Try again."
        return Check(name, "optional", f"no answer within {PATIENCE_S:.0f} s", advice)


def _library(settings: Settings) -> Check:
    place = settings.library or str(settings.data / "backgrounds")
    try:
        page = asyncio.run(Library.of(settings).page(limit=1))
    except CycloramaError as error:
        return Check("Library", "broken", place, error.detail)
    return Check("Library", "ok", f"{place}, {'in use' if page.backgrounds else 'empty'}")


def _chosen(generators: Generators, settings: Settings) -> Check:
    if settings.generator != AUTO:
        try:
            generators.get().ready()
        except CycloramaError as error:
            return Check("Generator", "broken", f"{settings.generator}, as set", error.detail)
        return Check("Generator", "ok", f"{settings.generator}, as set")
    choice = generators.choose()
    return Check("Generator", "ok", f"auto takes {choice.generator.name}. {choice.why}")


def _kind(name: str, generators: Generators) -> Check:
    state = generators.state(name)
    if state.ready:
        return Check(f"- {name}", "ok", "works")
    found = "configured, but does not work" if state.configured else "not configured"
    return Check(f"- {name}", "optional", found, state.detail)


def _aws(settings: Settings) -> Check:
    needs = [
        what
        for what, needed in {
            "the generator bedrock": settings.bedrock_model or settings.generator == "bedrock",
            "the guardrail": settings.guardrail,
            "the library": settings.library.startswith("s3:"),
        }.items()
        if needed
    ]
    found = _credentials()
    if not needs:
        advice = (
            "" if found else "Nothing: only the generator bedrock, a guardrail or a library on S3 needs them."
        )
        return Check("AWS credentials", "ok" if found else "optional", found or "none", advice)
    if not found:
        advice = f"Needed by {' and '.join(needs)}. Run `aws configure`, or give this machine a role."
        return Check("AWS credentials", "optional", "none in variables or files", advice)
    return Check("AWS credentials", "ok", f"{found}; for {' and '.join(needs)}")


def _credentials() -> str:
    """Look where boto3 would look, short of asking the network."""
    if os.environ.get("AWS_ACCESS_KEY_ID") and os.environ.get("AWS_SECRET_ACCESS_KEY"):
        return "in the environment"
    profiles: set[str] = set()
    for variable, usual in (
        ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
        ("AWS_CONFIG_FILE", "~/.aws/config"),
    ):
        file = configparser.RawConfigParser()
        try:
            file.read(Path(os.environ.get(variable, usual)).expanduser())
        except (configparser.Error, UnicodeDecodeError):
            continue
        profiles |= {
            name.removeprefix("profile ")
            for name in file.sections()
            if any(key.startswith(("aws_access_key", "sso_", "role_", "credential_")) for key in file[name])
        }
    return f"profiles: {', '.join(sorted(profiles))}" if profiles else ""
