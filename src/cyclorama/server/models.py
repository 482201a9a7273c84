"""The segmentation models, for pages that cut a person out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import FileResponse

from cyclorama import matting
from cyclorama.errors import NotFound
from cyclorama.server import problems
from cyclorama.server.openapi import binary
from cyclorama.wire import site


def router() -> APIRouter:
    """Return the route that gives the files that `models.json` names, to anyone."""
    routes = APIRouter(tags=["server"])
    files = {model.file: model for model in matting.models().values()}

    @routes.get(
        "/models/{file}",
        response_class=Response,
        responses=problems.documented(404) | {200: binary(site.MODEL_TYPE)},
    )
    async def model(
        file: Annotated[str, Path(max_length=100)],
        sha256: Annotated[str, Query(max_length=100)] = "",
    ) -> Response:
        """Answer with a model's file; with its right `sha256` in the query it may be kept for good."""
        if file not in files:
            raise NotFound(
                f"There is no model file {file!r}. Reload the page: it may be older than this server."
            )
        known = files[file]
        caching = site.FOR_GOOD if sha256 == known.sha256 else site.ASK_AGAIN
        return FileResponse(known.path, media_type=site.MODEL_TYPE, headers={"Cache-Control": caching})

    return routes
