from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from tests.aws.functions.asking import ask

if TYPE_CHECKING:
    from tests.aws.functions.conftest import Aws

pytestmark = pytest.mark.aws

NOWHERE = "0" * 22
OF_ONE = [
    "GET /backgrounds/{id}",
    "DELETE /backgrounds/{id}",
    "PUT /backgrounds/{id}/favourite",
    "DELETE /backgrounds/{id}/favourite",
    "POST /backgrounds/{id}/restore",
]


def picture(colour: str = "red", kind: str = "PNG", size: tuple[int, int] = (96, 64)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def added(name: str = "My own room") -> dict[str, Any]:
    told = ask("POST /backgrounds/upload", body=picture(), query={"name": name})
    assert told.status == 201
    background: dict[str, Any] = told.json
    return background


def test_a_picture_is_kept_and_shown_by_cloudfront(aws: Aws) -> None:
    background = added()
    id_ = background["id"]
    assert background["prompt"] == "My own room"
    assert background["image"] == f"/library/{id_}/image.png"
    assert background["thumbnail"] == f"/library/{id_}/thumbnail.webp"
    assert background["url"] == f"https://studio.example/library/{id_}/image.png"
    objects = aws.objects("library/")
    assert set(objects) == {
        f"library/{id_}/{name}" for name in ("image.png", "thumbnail.webp", "background.json")
    }
    assert Image.open(io.BytesIO(objects[f"library/{id_}/image.png"])).size == (96, 64)
    assert b'"objects"' not in objects[f"library/{id_}/background.json"]
    assert "objects" not in background


def test_a_picture_that_the_function_has_no_memory_for_is_refused_before_it_is_decoded(aws: Aws) -> None:
    told = ask("POST /backgrounds/upload", body=picture(size=(6000, 5000)))
    assert told.problem == (413, "Too large")
    assert "24 megapixels" in told.json["detail"]
    # of a JPEG, only as much is decoded as is kept
    assert ask("POST /backgrounds/upload", body=picture(kind="JPEG", size=(8000, 6000))).status == 201


def test_backgrounds_are_listed_newest_first_and_page_by_page(aws: Aws) -> None:
    names = ["one", "two", "three"]
    for name in names:
        added(name)
    first = ask("GET /backgrounds", query={"limit": "2"}).json
    assert [each["prompt"] for each in first["backgrounds"]] == ["three", "two"]
    second = ask("GET /backgrounds", query={"limit": "2", "after": first["next"]}).json
    assert [each["prompt"] for each in second["backgrounds"]] == ["one"]
    assert second["next"] is None
    found = ask("GET /backgrounds", query={"search": "TWO"}).json["backgrounds"]
    assert [each["prompt"] for each in found] == ["two"]


def test_a_background_is_favoured_deleted_and_had_back(aws: Aws) -> None:
    id_ = added()["id"]
    assert ask("PUT /backgrounds/{id}/favourite", id=id_).json["favourite"] is True
    favourites = ask("GET /backgrounds", query={"favourites": "true"}).json["backgrounds"]
    assert [each["id"] for each in favourites] == [id_]
    assert ask("DELETE /backgrounds/{id}/favourite", id=id_).json["favourite"] is False
    gone = ask("DELETE /backgrounds/{id}", id=id_)
    assert (gone.status, gone.body) == (204, "")
    assert ask("GET /backgrounds/{id}", id=id_).problem == (404, "Not found")
    assert ask("POST /backgrounds/{id}/restore", id=id_).json["id"] == id_
    assert ask("GET /backgrounds/{id}", id=id_).json["id"] == id_


@pytest.mark.parametrize("route", OF_ONE)
@pytest.mark.parametrize("id_", [NOWHERE, "", "..", "../jobs/x", "x" * 3000])
def test_a_background_that_is_none_is_not_found(aws: Aws, route: str, id_: str) -> None:
    assert ask(route, id=id_).problem == (404, "Not found")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", (415, "Unsupported media type")),
        (b"no picture at all", (415, "Unsupported media type")),
        (picture()[:100], (400, "Invalid request")),
        (picture(kind="GIF"), (415, "Unsupported media type")),
        (b"\0\0\0\x20ftypisom" + bytes(100), (415, "Unsupported media type")),
        (b"\x1aE\xdf\xa3" + bytes(20) + b"webm" + bytes(100), (415, "Unsupported media type")),
        (bytes(4_000_001), (413, "Too large")),
    ],
    ids=["nothing", "text", "half", "gif", "mp4", "webm", "large"],
)
def test_what_is_no_picture_is_refused_in_words(aws: Aws, body: bytes, expected: tuple[int, str]) -> None:
    assert ask("POST /backgrounds/upload", body=body).problem == expected
    assert aws.objects() == {}


def test_a_picture_of_four_megabytes_is_taken(aws: Aws) -> None:
    whole = picture(kind="JPEG")
    assert ask("POST /backgrounds/upload", body=whole.ljust(4_000_000, b"\0")).status == 201


def test_a_bucket_that_is_gone_is_said_to_be_gone(aws: Aws) -> None:
    aws.pull_bucket()
    for told in (
        ask("GET /backgrounds"),
        ask("POST /backgrounds/upload", body=picture()),
        ask("POST /backgrounds"),
        ask("POST /image"),
        ask("GET /jobs/{id}"),
    ):
        assert told.problem == (503, "Not configured")
        assert aws.bucket in told.json["detail"]
    assert aws.invoke.orders == []


def test_what_takes_too_long_is_answered_before_the_api_gives_up(aws: Aws) -> None:
    aws.bedrock.then("hang", operation="GetFoundationModel")
    assert ask("GET /generators", seconds=1).problem == (503, "Unavailable")
    aws.bedrock.let_go()


def test_an_error_that_nobody_foresaw_says_nothing_of_itself(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("inner secret")

    monkeypatch.setattr("cyclorama.backgrounds.library.Library.page", broken)
    told = ask("GET /backgrounds")
    assert told.problem == (500, "Internal error")
    assert "inner secret" not in told.body
    assert "inner secret" in caplog.text
