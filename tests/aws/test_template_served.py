"""The template's CloudFront as browsers see it, before buckets of moto's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import httpx
import pytest

from cyclorama.wire import policy
from tests.aws.choices import stack
from tests.fakes.edge import Edge
from tests.fakes.moto import Moto

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.aws

PICTURE = "library/0123456789ab0123456789"
SITE = {"index.html": "text/html", "watch": "text/html", "assets/index-1.js": "text/javascript"}
LIBRARY = {
    f"{PICTURE}/image.png": "image/png",
    f"{PICTURE}/thumbnail.webp": "image/webp",
    f"{PICTURE}/background.json": "application/json",
    "library/favourites/0123456789ab0123456789": "text/plain",
    "jobs/1.json": "application/json",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[httpx.Client]:
    whole = stack()
    with Moto() as moto:
        s3 = boto3.client(
            "s3",
            region_name="us-west-2",
            endpoint_url=moto.url,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        for name, objects in (("SiteBucket", SITE), ("LibraryBucket", LIBRARY)):
            bucket = whole.outputs[name]
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
            for key, type_ in objects.items():
                s3.put_object(Bucket=bucket, Key=key, Body=key.encode(), ContentType=type_)
        with Edge(whole, s3, "http://127.0.0.1:1") as edge, httpx.Client(base_url=edge.origin) as client:
            yield client
        s3.close()


@pytest.mark.parametrize(
    ("path", "key"), [("/", "index.html"), ("/watch", "watch"), ("/?stage=ivs", "index.html")]
)
def test_pages_are_at_their_paths(browser: httpx.Client, path: str, key: str) -> None:
    answer = browser.get(path)
    assert (answer.status_code, answer.text) == (200, key)
    assert answer.headers["content-type"].startswith("text/html")
    assert "https://web-broadcast.live-video.net" in answer.headers["content-security-policy"]
    assert answer.headers["cross-origin-embedder-policy"] == policy.WITH_STRANGERS


def test_what_pages_load_has_the_strict_headers(browser: httpx.Client) -> None:
    answer = browser.get("/assets/index-1.js")
    assert answer.status_code == 200
    assert policy.strict().items() <= {name: answer.headers.get(name) for name in policy.strict()}.items()


@pytest.mark.parametrize("name", ["image.png", "thumbnail.webp"])
def test_pictures_are_there(browser: httpx.Client, name: str) -> None:
    assert browser.get(f"/{PICTURE}/{name}").text == f"{PICTURE}/{name}"


@pytest.mark.parametrize(
    "path",
    [
        "/no/such/page",
        "/watch/",
        "/assets/none.js",
        "/styles/none",
        f"/{PICTURE}/image.webp",
    ],
)
def test_what_is_not_there_is_not_found(browser: httpx.Client, path: str) -> None:
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        f"/{PICTURE}/background.json",
        "/library/favourites/0123456789ab0123456789",
        "/library/%2e%2e/jobs/1.json",
        "/library/none",
    ],
)
def test_all_else_of_the_library_stays_inside(browser: httpx.Client, path: str) -> None:
    assert browser.get(path).status_code == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/assets/index-1.js", f"/{PICTURE}/image.png"])
def test_nobody_writes_by_the_edge(browser: httpx.Client, method: str, path: str) -> None:
    assert browser.request(method, path).status_code == 403
