"""The built pages and what they load, all of it from here."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.staticfiles import StaticFiles

from cyclorama.errors import Unavailable

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.responses import Response

STATIC = Path(__file__).parent / "static"

# Not left to the machine: some say text/plain for modules, and then nothing starts.
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("application/wasm", ".wasm")
mimetypes.add_type("application/octet-stream", ".tflite")


class Assets(StaticFiles):
    """Files whose names carry a hash of their content, so they may be kept for good."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Answer with a file and say how long it is good."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def install(app: FastAPI) -> None:
    """Serve the studio page, the viewer page and their assets from `app`."""
    routes = APIRouter(include_in_schema=False)

    def page(name: str) -> FileResponse:
        if not (STATIC / name).is_file():
            raise Unavailable("The pages are not built. Run `make studio` in the repository.")
        return FileResponse(STATIC / name, headers={"Cache-Control": "no-cache"})

    @routes.get("/")
    async def studio() -> FileResponse:
        return page("index.html")

    @routes.get("/watch")
    async def watch() -> FileResponse:
        return page("watch.html")

    @routes.get("/favicon.svg")
    async def icon() -> FileResponse:
        return page("favicon.svg")

    app.include_router(routes)
    app.mount("/assets", Assets(directory=STATIC / "assets", check_dir=False))
