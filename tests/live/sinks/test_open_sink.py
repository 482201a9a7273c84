from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cyclorama.errors import InvalidRequest, NotFound
from cyclorama.live.base import Sink
from cyclorama.live.sinks import open_sink

if TYPE_CHECKING:
    from pathlib import Path

    from cyclorama.settings import Settings

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("stage", "StageSink", "stage default"),
        ("stage:Käses Show / 2", "StageSink", "stage Käses Show / 2"),
        ("whip:https://whip.example.org:8443/x", "WHIPSink", "whip.example.org"),
        ("virtual-camera", "VirtualCamera", "virtual camera"),
        ("virtual-camera:/dev/video9", "VirtualCamera", "/dev/video9"),
        ("window", "Window", "window"),
        ("rtmp://127.0.0.1/live/key", "RTMPSink", None),
        ("rtmps://127.0.0.1/live/key", "RTMPSink", None),
        ("show.mp4", "FileSink", None),
        ("show.WEBM", "FileSink", None),
        ("pictures/", "PictureSink", None),
        (".", "PictureSink", None),
        ("./%05d.png", "PictureSink", None),
    ],
)
def test_text_names_an_output(settings: Settings, text: str, kind: str, name: str | None) -> None:
    sink = open_sink(text, settings=settings, token="a-token")
    assert isinstance(sink, Sink)
    assert type(sink).__name__ == kind
    if name is not None:
        assert sink.name == name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("windo", "Did you mean window?"),
        ("", "One writes: stage"),
        ("show.avi", "no kind of file"),
        ("there/show", "no kind of file"),
        ("whip:ftp://127.0.0.1", "whip:https://"),
        ("whip:", "whip:https://"),
    ],
)
def test_what_is_no_output_is_told(text: str, words: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        open_sink(text, token="a-token")
    assert words in caught.value.detail


def test_whip_wants_a_token() -> None:
    with pytest.raises(InvalidRequest, match="--token"):
        open_sink("whip:https://127.0.0.1/whip")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="Make it first"):
        open_sink(str(tmp_path / "there" / "show.mp4"))


def test_a_token_in_no_message(settings: Settings) -> None:
    assert "a-token" not in repr(open_sink("whip:https://127.0.0.1/whip", settings=settings, token="a-token"))
