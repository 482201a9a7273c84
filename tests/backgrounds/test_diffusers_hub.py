from __future__ import annotations

import errno
import json
import shutil
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from cyclorama.backgrounds.base import Cancelled, Progress, Report
from cyclorama.errors import AccessDenied, ModelUnavailable

pytest.importorskip("huggingface_hub", reason="wants PyTorch and diffusers: make test-torch")

from huggingface_hub import constants

from cyclorama.backgrounds.diffusers import hub, weights

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.torch

NAME = "somebody/sd-turbo"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
MEGABYTE = 1_000_000
INDEX = {
    "_class_name": "StableDiffusionPipeline",
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "unet": ["diffusers", "UNet2DConditionModel"],
}
FILES = {
    "README.md": b"---\nlicense: openrail++\n---\n",
    "model_index.json": json.dumps(INDEX).encode(),
    "tokenizer/vocab.json": b"{}",
    "unet/config.json": b"{}",
    "unet/diffusion_pytorch_model.safetensors": bytes(30 * MEGABYTE),
    "unet/diffusion_pytorch_model.fp16.safetensors": bytes(15 * MEGABYTE),
    "unet/diffusion_pytorch_model.bin": bytes(30 * MEGABYTE),
}


class FakeHub(ThreadingHTTPServer):
    """Answers like the Hugging Face hub, as far as one model is fetched from it.

    Attributes:
        files: of the one model that it has.
        asked: paths of files that were fetched.
        refusal: what it answers with instead: status and `X-Error-Code`.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.files = dict(FILES)
        self.asked: list[str] = []
        self.refusal: tuple[int, str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answers(BaseHTTPRequestHandler):
    server: FakeHub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, body: bool) -> None:
        kind, _, path = self.path.lstrip("/").partition("/resolve/")
        name = path.partition("/")[2]
        if self.server.refusal:
            status, code = self.server.refusal
            self._send(status, b"", {"X-Error-Code": code}, body)
        elif self.path.startswith(f"/api/models/{NAME}"):
            siblings = [{"rfilename": name, "size": len(data)} for name, data in self.server.files.items()]
            content = json.dumps({"id": NAME, "sha": COMMIT, "siblings": siblings}).encode()
            self._send(200, content, {"Content-Type": "application/json"}, body)
        elif kind != NAME:
            self._send(404, b"", {"X-Error-Code": "RepoNotFound"}, body)
        elif name not in self.server.files:
            self._send(404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT}, body)
        else:
            if body:
                self.server.asked.append(name)
            headers = {"ETag": f'"{name.replace("/", "-")}"', "X-Repo-Commit": COMMIT}
            self._send(200, self.server.files[name], headers, body)

    def _send(self, status: int, content: bytes, headers: dict[str, str], body: bool) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(content)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeHub]:
    fake = FakeHub()
    thread = threading.Thread(target=fake.serve_forever, args=(0.01,))
    thread.start()
    use(monkeypatch, fake.url, tmp_path)
    yield fake
    fake.shutdown()
    thread.join()
    fake.server_close()


def use(monkeypatch: pytest.MonkeyPatch, url: str, folder: Path) -> None:
    """Point the hub's client, which reads its settings when it is imported, to another hub and cache."""
    monkeypatch.setattr(constants, "ENDPOINT", url)
    template = url + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(folder / "cache"))
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(folder / "token"))


def fetch(half: bool = False, **changes: Any) -> weights.Weights:
    return hub.fetch(changes.get("model", NAME), half, changes.get("report", Report()))


def test_a_model_is_fetched_with_progress_in_bytes(server: FakeHub) -> None:
    told: list[Progress] = []
    found = fetch(report=Report(told.append))
    assert (found.name, found.revision, found.variant) == (NAME, COMMIT, "")
    assert found.licence() == "openrail++"
    assert sorted(server.asked) == sorted(
        set(FILES) - {name for name in FILES if ".fp16." in name or ".bin" in name}
    )
    counted = [progress for progress in told if progress.total]
    assert {progress.total for progress in counted} == {sum(len(FILES[name]) for name in server.asked[1:])}
    assert [progress.step for progress in counted] == sorted(progress.step for progress in counted)
    assert "of 30 MB" in counted[-1].message


def test_half_precision_is_fetched_where_it_is_enough(server: FakeHub) -> None:
    found = fetch(half=True)
    assert found.variant == "fp16"
    assert "unet/diffusion_pytorch_model.fp16.safetensors" in server.asked
    assert "unet/diffusion_pytorch_model.safetensors" not in server.asked


def test_what_is_here_is_used_without_asking_the_hub(
    server: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fetch()
    server.asked.clear()
    server.refusal = (503, "")
    assert fetch() == first
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    hub.check(NAME)
    assert server.asked == []


def test_a_download_stops_in_the_middle_of_a_file_and_goes_on_the_next_time(
    server: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "REPORT_S", 0)  # loopback is faster than a report

    def tell(progress: Progress) -> None:
        if progress.step > 10 * MEGABYTE:
            report.cancel()

    report = Report(tell)
    with pytest.raises(Cancelled):
        fetch(report=report)
    server.asked.clear()
    fetch()
    assert server.asked == ["unet/diffusion_pytorch_model.safetensors"]


def test_an_interrupted_download_is_not_taken_for_a_model(
    server: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = Report(lambda progress: report.cancel() if progress.total else None)
    with pytest.raises(Cancelled):
        fetch(report=report)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelUnavailable, match="not wholly on this machine"):
        hub.check(NAME)
    with pytest.raises(ModelUnavailable, match="hf download"):
        fetch()


@pytest.mark.parametrize(
    ("refusal", "error", "said"),
    [
        ((403, "GatedRepo"), AccessDenied, f"/{NAME}, make a token there.*hf auth login"),
        ((404, "RepoNotFound"), ModelUnavailable, "no model somebody/sd-turbo.*or it is private"),
        ((401, "RepoNotFound"), ModelUnavailable, "no model somebody/sd-turbo"),
    ],
)
def test_a_refusal_of_the_hub_says_what_to_do(
    server: FakeHub, refusal: tuple[int, str], error: type[Exception], said: str
) -> None:
    server.refusal = refusal
    hub.check(NAME)
    with pytest.raises(error, match=said):
        fetch()


def test_a_model_in_another_layout_is_told(server: FakeHub) -> None:
    del server.files["model_index.json"]
    with pytest.raises(ModelUnavailable, match="no model in the diffusers layout"):
        fetch()


def test_pickled_weights_are_not_even_fetched(server: FakeHub) -> None:
    server.files = {name: data for name, data in FILES.items() if not name.endswith(".safetensors")}
    with pytest.raises(ModelUnavailable, match="any program"):
        fetch()
    assert server.asked == ["model_index.json"]


def test_a_hub_out_of_reach_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    use(monkeypatch, f"http://127.0.0.1:{port}", tmp_path)
    # The hub's client tries for half a minute, with pauses that nobody needs here.
    monkeypatch.setattr(time, "sleep", lambda _: None)
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        fetch()


def test_a_full_disk_is_told_before_the_download(server: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type("Usage", (), {"free": MEGABYTE}))
    with pytest.raises(ModelUnavailable, match=r"HF_HOME"):
        fetch()
    assert server.asked == ["model_index.json"]


def test_a_disk_that_fills_up_is_told(server: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(hub, "hf_hub_download", full)
    with pytest.raises(ModelUnavailable, match="No space left on device"):
        fetch()
