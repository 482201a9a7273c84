"""The one settings object.

Values come from, in rising weight: the defaults here, `CYCLORAMA_*` environment variables, a
`cyclorama.toml` in the working directory, and flags of the command line.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any

from platformdirs import user_data_path
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from cyclorama.errors import InvalidSetting, instead

FILE = "cyclorama.toml"
PREFIX = "CYCLORAMA_"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def _names(value: object) -> object:
    """Take names as a variable has them, between commas, as well as the list of a file."""
    return (
        tuple(name.strip() for name in value.split(",") if name.strip()) if isinstance(value, str) else value
    )


class Settings(BaseSettings):
    """Everything that can be set, with its default."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", toml_file=FILE, frozen=True)

    host: str = Field(
        "127.0.0.1", min_length=1, description="Address to listen on. 0.0.0.0 opens it to the network."
    )
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    allowed_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)] = Field(
        (), description="Names under which the server is reached, beside loopback, e.g. studio.example.org."
    )
    data: Annotated[Path, AfterValidator(Path.expanduser)] = Field(
        default_factory=lambda: user_data_path("cyclorama", appauthor=False),
        description="Folder for backgrounds and keys.",
    )
    generator: str = Field("scenery", description="Generator that paints backgrounds.")
    viewer_minutes: int = Field(
        24 * 60, ge=1, le=20160, description="Minutes for which a viewer link is good."
    )
    log_level: str = Field(
        "info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error."
    )

    @property
    def open_to_strangers(self) -> bool:
        """Whether anyone but this machine's user may reach the server, so that creators must show a key."""
        return self.host not in LOOPBACK or not LOOPBACK.issuperset(self.allowed_hosts)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the file above the environment, and the flags above both."""
        return init_settings, TomlConfigSettingsSource(settings_cls), env_settings


def load(**flags: Any) -> Settings:
    """Read the settings; `flags` that are None were not given.

    Raises:
        InvalidSetting: a setting is unknown, or not what it should be; the message names it and its source.
    """
    variables = {name[len(PREFIX) :].lower() for name in os.environ if name.upper().startswith(PREFIX)}
    if unknown := sorted(variables - set(Settings.model_fields)):
        raise InvalidSetting(_unknown(f"{PREFIX}{unknown[0].upper()}", unknown[0]))
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except tomllib.TOMLDecodeError as error:
        raise InvalidSetting(
            f"{FILE} is not valid TOML: {error}. Mend that line or remove the file."
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise InvalidSetting(_unknown(f"{name} (in {FILE})", name)) from error
        field = Settings.model_fields.get(name.split(".")[0])
        meaning = f" It is: {field.description}" if field else ""
        raise InvalidSetting(f"The setting {name} is {first['input']!r}: {first['msg']}.{meaning}") from error


def _unknown(shown: str, name: str) -> str:
    return f"There is no setting {shown}. {instead(name, Settings.model_fields)}"
