from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import cyclorama
from cyclorama.aws import package

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

pytestmark = pytest.mark.aws

SOURCE = Path(cyclorama.__file__).parents[1]
ALONE = ("-I", "-S", "-B", "-W", "error")  # nothing of this machine but Python itself
ENTRIES = ("cyclorama.aws.functions.api", "cyclorama.aws.functions.painter")
# Imported by name, as settings want them.
BY_NAME = ("cyclorama.backgrounds.bedrock",)
# What a part imports and the functions never come to.
AT_HOME = {
    "cyclorama.backgrounds.video": "videos are refused; PyAV alone is larger than the package may be",
}


def _ours() -> set[str]:
    root = SOURCE / "cyclorama"
    return {path.relative_to(root).as_posix() for part in package.PARTS for path in root.glob(part)}


def _imports(source: Path) -> Iterator[str]:
    """Return the modules of ours that a module imports, now or later, but for the sake of types."""
    todo: list[ast.AST] = [ast.parse(source.read_text("utf-8"))]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        todo += ast.iter_child_nodes(node)
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def _file(module: str) -> str:
    """Return the path of a module of ours in the zip, or "" if it is none."""
    base = SOURCE / module.replace(".", "/")
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if module.partition(".")[0] == "cyclorama" and path.is_file():
            return path.relative_to(SOURCE).as_posix()
    return ""


def _reached(modules: Iterable[str]) -> set[str]:
    """Return the paths in the zip of all that these modules may ever import, with the packages around it."""
    todo, found = [*modules], set()
    while todo:
        module = todo.pop()
        file = _file(module)
        if file and file not in found and module not in AT_HOME:
            found.add(file)
            todo += [module.rpartition(".")[0], *_imports(SOURCE / file)]
    return found


def test_all_that_the_functions_may_ever_import_is_in_it_and_nothing_else_of_ours() -> None:
    modules = {f"cyclorama/{name}" for name in _ours() if name.endswith(".py")}
    assert modules == _reached((*ENTRIES, *BY_NAME))


def test_what_stays_at_home_is_there_and_imported() -> None:
    parts = [SOURCE / "cyclorama" / name for name in _ours() if name.endswith(".py")]
    assert set(AT_HOME) <= {module for part in parts for module in _imports(part)}
    assert all(_file(module) for module in AT_HOME)


def _said(program: str) -> str:
    """Run a program in a process of its own, and return what it complains about."""
    command = [sys.executable, *ALONE, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stderr or f"{done.returncode or ''}"


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_point_starts_from_the_zip_and_boto3_alone(
    entry: str, functions: Path, runtime: Path
) -> None:
    program = f"""
import sys
sys.path += [{str(functions)!r}, {str(runtime)!r}]
from {entry} import handler
import cyclorama
assert cyclorama.__file__.startswith({str(functions)!r})
"""
    assert _said(program) == ""


def test_pictures_tokens_and_models_work_with_what_was_left_of_the_dependencies(
    functions: Path, runtime: Path
) -> None:
    program = f"""
import io, sys
sys.path += [{str(functions)!r}, {str(runtime)!r}]
import jwt, obstore.store
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image, ImageOps
key = ec.generate_private_key(ec.SECP384R1())
assert jwt.decode(jwt.encode({{"a": 1}}, key, "ES384"), key.public_key(), ["ES384"]) == {{"a": 1}}
for kind in ("PNG", "JPEG", "WEBP"):
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6  # lies on its side
    Image.new("RGB", (40, 20), "red").save(out, kind, exif=exif)
    picture = Image.open(io.BytesIO(out.getvalue()), formats=(kind,))
    assert ImageOps.exif_transpose(picture).convert("RGB").resize((10, 10)).size == (10, 10)
    assert picture.getexif()[0x0112] == 6
store = obstore.store.MemoryStore()
store.put("a", b"b")
assert bytes(store.get("a").bytes()) == b"b"
from cyclorama.backgrounds.base import Prompt
from cyclorama.settings import Settings
assert Prompt(prompt="beach", style="ink").width == 1280 and Settings().port == 8000
"""
    assert _said(program) == ""
