from __future__ import annotations

import threading
import urllib.request
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
