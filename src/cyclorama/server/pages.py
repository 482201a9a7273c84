"""The built pages and what they load, all of it from here."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, HTMLResponse
from starlette.staticfiles import StaticFiles

from cyclorama.errors import Unavailable
from cyclorama.wire import site

if TYPE_CHECKING:
    from fastapi import FastAPI

ICE_SERVERS = '<meta name="ice-servers" content="yes">'  # web/src/stage/ice.ts reads it

for suffix, media_type in site.TYPES.items():
    mimetypes.add_type(media_type, suffix)


class Assets(StaticFiles):
    """Files whose names carry a hash of their content, so they may be kept for good."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Answer with a file and say how long it is good."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = site.FOR_GOOD
        return response


def install(app: FastAPI, *, ice_servers: bool) -> None:
    """Serve the studio page, the viewer page and their assets from `app`.

    Where there are ICE servers, the pages' heads say so: they ask for them as soon as they join a stage, and
    elsewhere they need not ask.
    """
    routes = APIRouter(include_in_schema=False)

    def page(name: str) -> Response:
        file = site.STATIC / name
        if not file.is_file():
            raise Unavailable("The pages are not built. Run `make studio` in the repository.")
        headers = {"Cache-Control": site.ASK_AGAIN}
        if ice_servers and file.suffix == ".html":
            return HTMLResponse(
                file.read_text("utf-8").replace("</head>", f"{ICE_SERVERS}</head>"), 200, headers
            )
        return FileResponse(file, headers=headers)

    @routes.get("/")
    async def studio() -> Response:
        return page(site.PAGES["/"])

    @routes.get("/watch")
    async def watch() -> Response:
        return page(site.PAGES["/watch"])

    @routes.get(f"/{site.ICON}")
    async def icon() -> Response:
        return page(site.ICON)

    app.include_router(routes)
    app.mount("/assets", Assets(directory=site.ASSETS, check_dir=False))
