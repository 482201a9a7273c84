from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import urllib.request
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

import pytest

from cyclorama.backgrounds.library import Library
from cyclorama.backgrounds.store import Store
from cyclorama.errors import (
    AccessDenied,
    CredentialsRefused,
    CycloramaError,
    InvalidSetting,
    NotConfigured,
    Throttled,
    Unavailable,
)
from tests.backgrounds.conftest import KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.aws


class Canned(BaseHTTPRequestHandler):
    """Gives one answer to everything."""

    status: ClassVar[int]
    body: ClassVar[bytes]

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(self.status)
        self.send_header("content-length", str(len(self.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(self.body)

    do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def canned(aws: pytest.MonkeyPatch) -> Iterator[type[Canned]]:
    class Answer(Canned):
        pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        endpoint = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}", "AWS_ALLOW_HTTP": "true"}
        for name, value in (KEYS | endpoint).items():
            aws.setenv(name, value)
        yield Answer
        server.shutdown()
        thread.join()


async def ask_everything(store: Store) -> set[tuple[type[CycloramaError], str]]:
    """Return what every method raises."""
    errors = set()
    for ask in (
        store.put("a/b", b""),
        store.get("a/b"),
        store.age("a/b"),
        store.remove("a/b"),
        store.list(),
        store.folders(),
    ):
        with pytest.raises(CycloramaError) as caught:
            await ask
        assert len(caught.value.detail) < 400
        errors.add((caught.type, caught.value.detail))
    return errors


@pytest.mark.parametrize(
    ("status", "code", "error", "says"),
    [
        (404, "NoSuchBucket", NotConfigured, "Create it"),
        (403, "AccessDenied", AccessDenied, "not allowed"),
        (403, "InvalidAccessKeyId", CredentialsRefused, "InvalidAccessKeyId"),
        (403, "SignatureDoesNotMatch", CredentialsRefused, "SignatureDoesNotMatch"),
        (400, "ExpiredToken", CredentialsRefused, "Sign in again"),
        (301, "PermanentRedirect", NotConfigured, "AWS_REGION"),
        (400, "AuthorizationHeaderMalformed", NotConfigured, "AWS_REGION"),
        (400, "EntityTooLarge", Unavailable, "EntityTooLarge"),
    ],
)
async def test_errors_say_what_to_do(
    canned: type[Canned], status: int, code: str, error: type[CycloramaError], says: str
) -> None:
    canned.status = status
    canned.body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>No.</Message></Error>".encode()
    for type_, detail in await ask_everything(Store.bucket("s3://bucket/prefix")):
        assert type_ is error
        assert says in detail
        assert "s3://bucket/prefix" in detail


async def test_a_busy_store_is_asked_again_and_then_said_to_be_busy(
    canned: type[Canned], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cyclorama.backgrounds.store.RETRIES", {"max_retries": 1})
    canned.status, canned.body = 503, b"<Error><Code>SlowDown</Code></Error>"
    with pytest.raises(Throttled) as caught:
        await Store.bucket("s3://bucket").get("a")
    assert caught.value.retry_after == 60


async def test_a_missing_bucket_is_no_empty_library(bucket: str) -> None:
    store = Store.bucket("s3://no-such-bucket/prefix")
    assert {error for error, _ in await ask_everything(store)} == {NotConfigured}
    with pytest.raises(NotConfigured, match="no-such-bucket"):
        await Library(store).page()


async def test_wrong_keys_are_said_to_be_wrong(bucket: str, moto: str) -> None:
    def signatures_are_checked(after: str) -> None:
        headers = {"content-type": "text/plain"}
        request = urllib.request.Request(f"{moto}/moto-api/reset-auth", after.encode(), headers)  # noqa: S310
        urllib.request.urlopen(request).close()  # noqa: S310

    signatures_are_checked("0")
    try:
        assert {error for error, _ in await ask_everything(Store.bucket(bucket))} == {CredentialsRefused}
    finally:
        signatures_are_checked("inf")


async def test_an_endpoint_without_tls_must_be_wanted(bucket: str, aws: pytest.MonkeyPatch) -> None:
    aws.delenv("AWS_ALLOW_HTTP")
    with pytest.raises(NotConfigured, match="AWS_ALLOW_HTTP"):
        await Store.bucket(bucket).get("a")


def test_without_credentials_it_says_which_to_set(aws: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotConfigured, match="AWS_ACCESS_KEY_ID"):
        Store.bucket("s3://bucket/prefix")


async def test_profiles_are_understood_where_boto3_is_installed(
    bucket: str, aws: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "credentials").write_text("[stream]\naws_access_key_id=a\naws_secret_access_key=b\n")
    aws.delenv("AWS_ACCESS_KEY_ID")
    aws.delenv("AWS_SECRET_ACCESS_KEY")
    aws.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    aws.setenv("AWS_PROFILE", "stream")
    store = Store.bucket(bucket)
    await store.put("a/b", b"data")
    assert await store.get("a/b") == b"data"


@pytest.mark.parametrize(
    "url", ["s3://", "lib/pre", "foo://x", "http://x/y", "file:///tmp", "memory://", "az://x/y"]
)
def test_what_is_no_address_of_a_bucket_is_refused(aws: pytest.MonkeyPatch, url: str) -> None:
    with pytest.raises(InvalidSetting, match="library"):
        Store.bucket(url)


async def test_public_objects_say_what_they_are(bucket: str) -> None:
    import boto3

    await Store.bucket(bucket).put("id/image.png", b"data", "image/png")
    client = boto3.client("s3")
    name, _, prefix = bucket.removeprefix("s3://").partition("/")
    head = client.head_object(Bucket=name, Key=f"{prefix}/id/image.png")
    client.close()
    assert head["ContentType"] == "image/png"
    assert "max-age" in head["CacheControl"]


@pytest.mark.unit
def test_a_file_in_the_folders_place_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="CYCLORAMA_DATA"):
        Library.at(tmp_path / "file" / "backgrounds")


@pytest.mark.unit
@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_a_clear_error(tmp_path: Path) -> None:
    store = Store.folder(tmp_path)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(AccessDenied, match="CYCLORAMA_DATA"):
            asyncio.run(store.put("a/b", b""))
    finally:
        tmp_path.chmod(0o700)


NO_ROOM = """
import asyncio, resource, sys
from pathlib import Path
from PIL import Image
from cyclorama.backgrounds.base import Painting, Prompt
from cyclorama.backgrounds.library import Library
from cyclorama.errors import Unavailable

async def main():
    library = Library.at(Path(sys.argv[1]))
    # Pictures no longer fit, which to a program is as if the disk ended there.
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, resource.RLIM_INFINITY))
    try:
        await library.add(Painting(Image.effect_noise((300, 300), 50)), Prompt(text="x"), "scenery")
    except Unavailable as error:
        print(error.detail)
    print(await library.page())

asyncio.run(main())
"""


@pytest.mark.unit
@pytest.mark.skipif(sys.platform == "win32", reason="limits of this kind are POSIX's")
def test_a_write_that_breaks_off_is_a_clear_error_and_leaves_nothing(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", NO_ROOM, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    said, page = run.stdout.splitlines()
    assert said.startswith(f"The library in {tmp_path} cannot be used right now")
    assert "File too large" in said
    assert page == "backgrounds=[] next=None"
    assert not [path for path in tmp_path.rglob("*.png*") if path.is_file()]


@pytest.mark.unit
@pytest.mark.parametrize("number", [28, 122])
async def test_a_full_disk_is_called_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    class Full:
        async def put_async(self, *_: object, **__: object) -> None:
            raise OSError(
                f"Generic LocalFileSystem error: Unable to copy data to file: x (os error {number})"
            )

    with pytest.raises(Unavailable, match="disk with /here is full"):
        await Store(Full(), "/here").put("a/b", b"")  # type: ignore[arg-type]


@pytest.mark.unit
def test_what_a_killed_process_had_begun_to_write_is_swept(tmp_path: Path) -> None:
    store = Store.folder(tmp_path)
    asyncio.run(store.put("whole/image.png", b""))
    for name in ("whole/image.png#1", "half/image.png#1", "young/image.png#1"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"half")
        if not name.startswith("young"):
            os.utime(tmp_path / name, (0, 0))
    asyncio.run(store.sweep(timedelta(days=1)))
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")} == {
        "whole",
        "whole/image.png",
        "young",
        "young/image.png#1",
    }
