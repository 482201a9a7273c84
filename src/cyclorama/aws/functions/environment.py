"""What the stack tells its functions: Cyclorama's settings, and a few names that are none."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from pydantic import ValidationError

from cyclorama import settings as settings_
from cyclorama.errors import NotConfigured
from cyclorama.wire.config import SignIn

if TYPE_CHECKING:
    from cyclorama.settings import Settings

MEND = "Whoever runs this studio can mend it with `cyclorama aws up`."


@dataclass(frozen=True)
class Environment:
    """One function's environment.

    Attributes:
        settings: from `CYCLORAMA_*`.
        jobs: where jobs are written down, as s3://bucket/prefix (`JOBS`).
        painter: name of the function that paints (`PAINTER`); the painter itself knows none.
        key_parameter: name of the parameter with the stage's private key (`STAGE_KEY_PARAMETER`), or "".
        sign_in: where creators sign in (`SIGN_IN`, as JSON).
        page_library: path below which CloudFront shows the library's objects (`PAGE_LIBRARY`).
    """

    settings: Settings
    jobs: str
    painter: str = ""
    key_parameter: str = ""
    sign_in: SignIn | None = None
    page_library: str = ""

    @classmethod
    def read(cls) -> Self:
        """Read this process's environment.

        Raises:
            InvalidSetting: a setting is wrong.
            NotConfigured: something is missing or wrong.
        """
        settings = settings_.load()
        if not settings.library or not os.environ.get("JOBS"):
            raise NotConfigured(f"The functions' environment lacks CYCLORAMA_LIBRARY or JOBS. {MEND}")
        try:
            sign_in = SignIn.model_validate_json(said) if (said := os.environ.get("SIGN_IN")) else None
        except ValidationError as error:
            raise NotConfigured(
                f"SIGN_IN in the functions' environment is no JSON with issuer, client_id and scope. {MEND}"
            ) from error
        return cls(
            settings,
            os.environ["JOBS"],
            os.environ.get("PAINTER", ""),
            os.environ.get("STAGE_KEY_PARAMETER", ""),
            sign_in,
            os.environ.get("PAGE_LIBRARY", ""),
        )
