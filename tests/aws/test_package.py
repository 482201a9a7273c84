from __future__ import annotations

import errno
import os
import re
import time
import zipfile
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest

import cyclorama
from cyclorama.aws import leftout, package
from cyclorama.aws.wheels import HERE
from cyclorama.backgrounds.base import Cancelled, Report
from cyclorama.errors import TooLarge, Unavailable
from tests.aws.elf import AARCH64, Library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cyclorama.aws.package import Built
    from cyclorama.backgrounds.base import Progress
    from tests.aws.wheelhouse import Wheelhouse

pytestmark = pytest.mark.aws

SOURCE = Path(cyclorama.__file__).parents[1]
# What stands at the top of the zip, and the package of the lock that it is of.
TOP = {
    "PIL": "pillow",
    "_cffi_backend": "cffi",
    "annotated_types": "annotated-types",
    "cryptography": "cryptography",
    "dotenv": "python-dotenv",
    "jwt": "pyjwt",
    "obstore": "obstore",
    "pillow.libs": "pillow",
    "platformdirs": "platformdirs",
    "pydantic": "pydantic",
    "pydantic_core": "pydantic-core",
    "pydantic_settings": "pydantic-settings",
    "typing_extensions.py": "typing-extensions",
    "typing_inspection": "typing-inspection",
}
# Libraries that every machine has for which a wheel's name promises glibc.
OF_THE_SYSTEM = re.compile(r"(libc|libm|libdl|libpthread|libz|libgcc_s|ld-linux-aarch64)\.so\.\d+")


@pytest.fixture(scope="module")
def names(lambda_package: Built) -> list[str]:
    with zipfile.ZipFile(lambda_package.path) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def libraries(lambda_package: Built) -> dict[str, Library]:
    return dict(_libraries(lambda_package.path))


def _libraries(path: Path) -> Iterator[tuple[str, Library]]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            if data.startswith(b"\x7fELF"):
                yield name, Library(data)


@pytest.fixture
def tiny(wheelhouse: Wheelhouse, monkeypatch: pytest.MonkeyPatch) -> Wheelhouse:
    """Two tiny wheels in place of the lock's, and a few parts, so that a package is built in a moment."""
    monkeypatch.setattr(package, "LOCK", wheelhouse.lock)
    monkeypatch.setattr(package, "PARTS", ("__init__.py", "errors.py", "settings.py"))
    return wheelhouse


def _ours() -> set[str]:
    root = SOURCE / "cyclorama"
    return {path.relative_to(root).as_posix() for part in package.PARTS for path in root.glob(part)}


# The bytes


@pytest.mark.parametrize("which", ["lambda_package", "local_package"])
def test_it_is_smaller_than_20_mb(which: str, request: pytest.FixtureRequest) -> None:
    built: Built = request.getfixturevalue(which)
    assert built.size == built.path.stat().st_size < 20_000_000 == package.MAX_BYTES


def test_the_docs_state_its_size(lambda_package: Built) -> None:
    docs = (SOURCE.parent / "docs/aws-package.md").read_text("utf-8")
    stated = re.search(r"All of it is ([\d.]+) MB", docs)
    assert stated
    # compiled modules may go along, see there
    extra = 2.5 if package.LAMBDA.runs_here else 0.3
    assert 0 <= lambda_package.size / 1e6 - float(stated[1]) + 0.3 <= extra + 0.3


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, set[str]]:
    """The package once more, by somebody else far away, and the files of the wheels that it was made of."""
    seen: set[str] = set()

    def left_out(path: str, really: Callable[[str], bool] = leftout.left_out) -> bool:
        seen.add(path)
        return really(path)

    mask = os.umask(0o077)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leftout, "left_out", left_out)
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        try:
            built = package.build(tmp_path_factory.mktemp("elsewhere") / "again.zip")
        finally:
            os.umask(mask)
    time.tzset()
    return built, seen


def test_packed_by_somebody_else_far_away_its_bytes_are_the_same(
    lambda_package: Built, again: tuple[Built, set[str]]
) -> None:
    built, _ = again
    assert built.sha256 == lambda_package.sha256
    assert built.path.read_bytes() == lambda_package.path.read_bytes()
    assert list(built.path.parent.iterdir()) == [built.path]


def test_compiled_modules_are_the_same_bytes_too(tiny: Wheelhouse, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    first = package.build(tmp_path / "one.zip", HERE)
    second = package.build(tmp_path / "other/two.zip", HERE)
    with zipfile.ZipFile(first.path) as archive:
        assert any(name.endswith(".pyc") for name in archive.namelist()) is HERE.runs_here
    assert first.sha256 == second.sha256


def test_entries_are_sorted_and_say_nothing_of_who_packed_them(lambda_package: Built) -> None:
    with zipfile.ZipFile(lambda_package.path) as archive:
        assert archive.testzip() is None
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted({entry.filename for entry in entries})
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}  # Lambda reads as another user
    assert {entry.create_system for entry in entries} == {3}
    assert not any(entry.extra or entry.comment for entry in entries)


# What is in it


def test_every_file_is_ours_or_of_a_package_of_the_lock(names: list[str]) -> None:
    lock = package.LOCK.read_text()
    ours = {f"cyclorama/{name}" for name in (*_ours(), "LICENSE", "NOTICE")}
    unknown = []
    for name in set(names) - ours:
        top = PurePosixPath(name).parts[0]
        if info := re.fullmatch(r"(\w+)-([\w.]+)\.dist-info", top):
            known = f"{info[1].replace('_', '-')}=={info[2]} " in lock
        else:
            of = TOP.get(top.split(".cpython-")[0])
            known = of is not None and f"{of}==" in lock
        if not known:
            unknown.append(name)
    assert ours <= set(names)
    assert unknown == []


def test_nothing_of_servers_models_and_pages_is_in_it(names: list[str]) -> None:
    strangers = (
        *("fastapi", "starlette", "uvicorn", "numpy", "av", "aiortc", "typer", "rich", "wasmtime"),
        *("boto3", "botocore", "pip", "cffi", "pycparser"),
    )
    assert {PurePosixPath(name).parts[0] for name in names}.isdisjoint(strangers)
    assert not [name for name in names if re.search(r"/(server|static|matting|picture|live|cli)/", name)]
    assert not [name for name in names if name.endswith((".tflite", ".wasm", ".webp", ".pyi", ".pyc", ".md"))]
    assert not [name for name in names if re.search(r"(^|/)tests?/", name)]


def test_its_libraries_are_for_lambdas_processor_and_glibc(libraries: dict[str, Library]) -> None:
    assert {library.machine for library in libraries.values()} == {AARCH64}
    assert max(library.glibc for library in libraries.values()) <= 34
    modules = [name for name in libraries if not name.startswith("pillow.libs/")]
    assert [
        name for name in modules if not name.endswith((".cpython-314-aarch64-linux-gnu.so", ".abi3.so"))
    ] == []


def test_it_has_the_libraries_that_are_needed_and_no_others(libraries: dict[str, Library]) -> None:
    there = {PurePosixPath(name).name for name in libraries}
    needed = set().union(*(library.needed for library in libraries.values()))
    assert {name for name in needed if not OF_THE_SYSTEM.fullmatch(name)} <= there
    assert {name for name in libraries if name.startswith("pillow.libs/")} == {
        name for name in libraries if name.startswith("pillow.libs/") and PurePosixPath(name).name in needed
    }


def test_licences_and_versions_of_all_that_is_shipped_are_in_it(names: list[str]) -> None:
    for distribution in {name.partition("/")[0] for name in names if ".dist-info/" in name}:
        assert f"{distribution}/METADATA" in names
        # obstore's wheel has none of its own: its METADATA says that it is MIT's
        if not distribution.startswith("obstore-"):
            assert any(name.startswith(f"{distribution}/licenses/LICENSE") for name in names), distribution
    assert {name.split("-")[0] for name in names if ".dist-info/" in name} == {
        name.replace("-", "_") for name in TOP.values()
    }


def test_what_is_left_out_is_in_the_wheels(again: tuple[Built, set[str]]) -> None:
    _, seen = again
    patterns = [pattern for each in leftout.LEFT_OUT.values() for pattern in each]
    assert [pattern for pattern in patterns if not any(fnmatchcase(path, pattern) for path in seen)] == []
    assert set(leftout.KEPT) <= {path for path in seen if not leftout.left_out(path)}


def test_the_lock_asks_nothing_of_the_machine_that_packs() -> None:
    lock = package.LOCK.read_text()
    markers = set(re.findall(r"==\S+ ; (.*?) \\", lock))
    # markers are looked at on that machine, and not on Lambda
    assert all(
        set(re.findall(r"[a-z_]{5,}", marker)) <= {"platform_python_implementation", "implementation_name"}
        for marker in markers
    )


# What can go wrong


def test_one_that_is_too_large_is_an_error_and_no_zip(
    tiny: Wheelhouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "MAX_BYTES", 1000)
    with pytest.raises(TooLarge, match=r"came out at 0\.\d MB, and the most that is sent is 0 MB"):
        package.build(tmp_path / "p.zip", HERE)
    assert list(tmp_path.iterdir()) == []


def test_an_error_leaves_the_zip_that_was_there(tiny: Wheelhouse, tmp_path: Path) -> None:
    target = tmp_path / "p.zip"
    target.write_bytes(b"the former one")
    tiny.add("forged", sha256="0" * 64)
    with pytest.raises(Unavailable, match="hash is another"):
        package.build(target, HERE)
    assert target.read_bytes() == b"the former one"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("when", ["Fetching tiny 1.0", "Compiling", "Packing"])
@pytest.mark.parametrize("how", ["cancelled", "interrupted"])
def test_stopped_at_any_moment_it_leaves_nothing(
    when: str, how: str, tiny: Wheelhouse, tmp_path: Path
) -> None:
    def stop(progress: Progress) -> None:
        if progress.message == when:
            if how == "interrupted":
                raise KeyboardInterrupt
            report.cancel()

    report = Report(stop)
    with pytest.raises(KeyboardInterrupt if how == "interrupted" else Cancelled):
        package.kept(HERE, report, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_named(
    number: int, tiny: Wheelhouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(Unavailable, match="The disk is full"):
        package.build(tmp_path / "p.zip", HERE)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_or_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "none", tmp_path / "file"):
        with pytest.raises(Unavailable, match=f"cannot be written to {folder}"):
            package.build(folder / "p.zip", HERE)
    with pytest.raises(Unavailable, match="cannot be written to"):
        package.kept(HERE, cache=tmp_path / "file")


# What is kept


def test_the_second_time_nothing_is_built(tiny: Wheelhouse, tmp_path: Path) -> None:
    first = package.kept(HERE, cache=tmp_path / "cache")
    tiny.gone()
    told: list[Progress] = []
    assert package.kept(HERE, Report(told.append), tmp_path / "cache") == first
    assert told == []


def test_another_lock_or_platform_or_source_is_another_package(
    tiny: Wheelhouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {package.key(HERE), package.key(package.LAMBDA)}
    tiny.add("third")
    keys.add(package.key(HERE))
    monkeypatch.setattr(package, "PARTS", ("errors.py",))
    keys.add(package.key(HERE))
    changed = tmp_path / "src/cyclorama"
    changed.mkdir(parents=True)
    (changed / "errors.py").write_text("changed")
    for name in package.LICENCES:
        (tmp_path / name).write_bytes((SOURCE.parent / name).read_bytes())
    monkeypatch.setattr(package, "OURS", changed)
    keys.add(package.key(HERE))
    assert len(keys) == 5


def test_a_zip_that_somebody_changed_is_built_anew(tiny: Wheelhouse, tmp_path: Path) -> None:
    first = package.kept(HERE, cache=tmp_path)
    first.path.write_bytes(b"half of it")
    assert package.kept(HERE, cache=tmp_path) == first
    assert first.path.stat().st_size == first.size


def test_only_the_newest_are_kept_and_what_a_killed_process_left_goes(
    tiny: Wheelhouse, tmp_path: Path
) -> None:
    for number in range(5):
        (tmp_path / f"functions-{number}-.zip").touch()
        os.utime(tmp_path / f"functions-{number}-.zip", (number, number))
    for name in (".draft-old", ".draft-new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "piece").touch()
    os.utime(tmp_path / ".draft-old", (0, 0))
    built = package.kept(HERE, cache=tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        built.path.name,
        "functions-4-.zip",
        "functions-3-.zip",
        ".draft-new",
    }
