"""The one settings object.

Values come from, in rising weight: the defaults here, `CYCLORAMA_*` environment variables, a
`cyclorama.toml` in the working directory, and flags of the command line.
"""

from __future__ import annotations

import os
import re
import tomllib
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Self

from platformdirs import user_data_path
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from cyclorama.errors import InvalidSetting, instead
from cyclorama.iceurl import IceUrl

FILE = "cyclorama.toml"
PREFIX = "CYCLORAMA_"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
ANY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104


def _names(value: object) -> object:
    """Take names as a variable has them, between commas, as well as the list of a file."""
    return (
        tuple(name.strip() for name in value.split(",") if name.strip()) if isinstance(value, str) else value
    )


def _usual_host(others: dict[str, Any]) -> str:
    """Whoever wants HTTPS for a phone on the same network wants the network, too."""
    return "0.0.0.0" if others.get("tls_self_signed") else "127.0.0.1"  # noqa: S104


def _link_safe(key: SecretStr) -> SecretStr:
    if not re.fullmatch(r"([A-Za-z0-9._~-]{16,})?", key.get_secret_value()):
        raise ValueError(
            "use at least 16 letters, digits and .-_~, which nobody guesses and a link can carry"
        )
    return key


def _ice_urls(urls: tuple[str, ...]) -> tuple[str, ...]:
    for url in urls:
        IceUrl.parse(url)
    return urls


def _ip_addresses(addresses: tuple[str, ...]) -> tuple[str, ...]:
    for address in addresses:
        try:
            parsed = ip_address(address)
        except ValueError:
            raise ValueError(
                f"{address} is not an IP address. A name is not enough: ICE candidates need the number"
            ) from None
        if parsed.is_unspecified or parsed.is_multicast:
            raise ValueError(f"nobody can be reached at {address}")
    return addresses


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)]


class Settings(BaseSettings):
    """Everything that can be set, with its default."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", toml_file=FILE, frozen=True)

    tls_cert: Annotated[Path, AfterValidator(Path.expanduser)] | None = Field(
        None, description="TLS certificate chain (PEM); with it the server speaks HTTPS."
    )
    tls_key: Annotated[Path, AfterValidator(Path.expanduser)] | None = Field(
        None, description="Its private key (PEM)."
    )
    tls_self_signed: bool = Field(
        False, description="HTTPS with a certificate of our own making, for a phone on the same network."
    )
    host: str = Field(
        default_factory=_usual_host,
        min_length=1,
        description="Address to listen on. 0.0.0.0 opens it to the network.",
    )
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    allowed_hosts: Names = Field(
        (), description="Names under which the server is reached, beside loopback, e.g. studio.example.org."
    )
    creator_key: Annotated[SecretStr, AfterValidator(_link_safe)] = Field(
        SecretStr(""), description="The creator's key; else one is made on first start and kept in data."
    )
    data: Annotated[Path, AfterValidator(Path.expanduser)] = Field(
        default_factory=lambda: user_data_path("cyclorama", appauthor=False),
        description="Folder for backgrounds and keys.",
    )
    generator: str = Field(
        "auto",
        description="Generator that paints backgrounds: auto, bedrock, diffusers, openai or scenery.",
    )
    bedrock_model: str = Field(
        "",
        description="Model id on Amazon Bedrock, e.g. stability.stable-image-core-v1:1; lets auto pick it.",
    )
    bedrock_region: str = Field(
        "", description="AWS region of Bedrock; else the AWS profile's, else us-west-2."
    )
    bedrock_profile: str = Field("", description="AWS profile; else what boto3 finds by itself.")
    bedrock_endpoint: str = Field("", description="Another address for Bedrock, such as a VPC endpoint.")
    diffusers_model: str = Field(
        "", description="Folder or Hugging Face hub id of a text-to-image pipeline; lets auto pick it."
    )
    diffusers_device: str = Field(
        "auto", pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$", description="auto, cuda, cuda:N, mps or cpu."
    )
    diffusers_steps: int | None = Field(
        None, ge=1, le=200, description="Steps a picture; else what the model's family wants."
    )
    diffusers_guidance: float | None = Field(
        None, ge=0, le=50, description="Guidance scale; else what the model's family wants."
    )
    diffusers_vae: str = Field(
        "", description="Folder or hub id of a tiny VAE (AutoencoderTiny) to decode with: faster, less exact."
    )
    openai_url: str = Field(
        "",
        description="Base URL of a server with the OpenAI images API, http://gpu:8000/v1; lets auto pick it.",
    )
    openai_key: SecretStr = Field(
        SecretStr(""), description="Its API key; else OPENAI_API_KEY, for OpenAI itself."
    )
    openai_model: str = Field("", description="Model that it shall use; lets auto pick OpenAI itself.")
    openai_sizes: Names = Field(
        (), description="Sizes that it paints, e.g. 1024x1024,1536x1024; else it is asked for the exact one."
    )
    openai_fields: Names = Field(
        (), description="Fields beyond OpenAI's own that it takes: seed, negative_prompt, steps=30."
    )
    openai_hosts: Names = Field(
        (), description="Hosts from which a picture may be fetched that it answers by URL."
    )
    word_list: Annotated[Path, AfterValidator(Path.expanduser)] | None = Field(
        None, description="File of words, one a line, that refuse a prompt."
    )
    guardrail: str = Field(
        "",
        pattern=r"^$|^[^:\s]+:(\d+|DRAFT)$|^arn:\S+:(\d+|DRAFT)$",
        description="Amazon Bedrock Guardrail, ID:VERSION, that checks prompts and pictures.",
    )
    library: str = Field(
        "", description="Where backgrounds are kept: s3://bucket/prefix, gs://, az://; else a folder in data."
    )
    library_format: str = Field(
        "png", pattern="^(png|webp)$", description="How pictures are kept: png (as made) or webp (smaller)."
    )
    public_url: str = Field(
        "", description="Address, such as a CDN's, under which the library's objects are public."
    )
    max_generations: int = Field(
        36, ge=1, le=1000, description="Pictures being made or waiting, in all, before new ones get 429."
    )
    max_generations_per_client: int = Field(8, ge=1, le=1000, description="The same for one client address.")
    stage_backend: str = Field(
        "local",
        pattern="^(local|ivs|livekit)$",
        description="Who runs the stage that the studio goes live on: local, ivs or livekit.",
    )
    stage: str = Field(
        "default", min_length=1, description="That stage: its name, id or ARN; of LiveKit, the room's name."
    )
    max_stages: int = Field(32, ge=1, le=1000, description="Local stages that may be there at once.")
    max_publishers: int = Field(12, ge=1, le=100, description="Publishers on one local stage.")
    max_viewers: int = Field(200, ge=1, le=10_000, description="Viewer sessions of one local stage.")
    max_bit_rate: int = Field(
        8000, ge=100, le=100_000, description="Most that one publisher may send to a local stage, in kbit/s."
    )
    record: bool = Field(False, description="Record everything that is published to a local stage.")
    recordings: Annotated[Path, AfterValidator(Path.expanduser)] | None = Field(
        None, description="Folder for recordings; else one in data."
    )
    ice_servers: Annotated[Names, AfterValidator(_ice_urls)] = Field(
        (),
        description="STUN and TURN servers for those who connect, e.g. stun:stun.example.org:3478,"
        "turn:turn.example.org:3478?transport=udp.",
    )
    turn_secret: SecretStr = Field(
        SecretStr(""),
        description="Secret that the TURN servers share with us (coturn: static-auth-secret).",
    )
    advertised_addresses: Annotated[Names, AfterValidator(_ip_addresses)] = Field(
        (),
        description="IP addresses at which media reaches us, where they are not this machine's own, "
        "e.g. behind NAT.",
    )
    media_port: int = Field(
        0, ge=0, le=65535, description="UDP port for all media; 0 takes any free one for each address."
    )
    ivs_region: str = Field("", description="AWS region of the IVS stages; else the AWS profile's.")
    ivs_profile: str = Field("", description="AWS profile for IVS; else what boto3 finds by itself.")
    ivs_endpoint: str = Field("", description="Another address for the IVS real-time API.")
    ivs_key: Annotated[Path, AfterValidator(Path.expanduser)] | None = Field(
        None, description="P-384 private key (PEM) that signs IVS tokens, so that none costs an API call."
    )
    ivs_key_arn: str = Field("", description="ARN of its public half, as IVS named it when it was imported.")
    livekit_url: str = Field(
        "",
        pattern=r"^$|^(ws|http)s?://[\w.:\[\]-]+(/\S*)?$",
        description="Address of a LiveKit server, e.g. wss://live.example.org.",
    )
    livekit_key: str = Field("", description="Its API key.")
    livekit_secret: SecretStr = Field(SecretStr(""), description="Its API secret.")
    viewer_minutes: int = Field(
        24 * 60, ge=1, le=20160, description="Minutes for which a viewer link is good."
    )
    kernel: str = Field(
        "wasm",
        pattern="^(wasm|native)$",
        description="Code that works on the engine's pixels: wasm, or native, built here; equal pictures.",
    )
    log_level: str = Field(
        "info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error."
    )

    @property
    def open_to_strangers(self) -> bool:
        """Whether anyone but this machine's user may reach the server, so that creators must show a key."""
        return self.host not in LOOPBACK or not LOOPBACK.issuperset(self.allowed_hosts)

    @property
    def tls(self) -> bool:
        """Whether the server itself speaks HTTPS."""
        return self.tls_self_signed or self.tls_cert is not None

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if self.tls_key and not self.tls_cert:
            raise ValueError("tls_key is set and tls_cert is not. HTTPS needs both: set tls_cert, too")
        if self.tls_cert and not self.tls_key:
            raise ValueError("tls_cert is set and tls_key is not. HTTPS needs both: set tls_key, too")
        if self.tls_cert and self.tls_self_signed:
            raise ValueError(
                "both tls_cert and tls_self_signed are set. Take out tls_self_signed to use your certificate"
            )
        turn = [url for url in self.ice_servers if IceUrl.parse(url).is_turn]
        if turn and not self.turn_secret.get_secret_value():
            raise ValueError(
                f"ice_servers has {turn[0]}, and turn_secret is not set. TURN servers want credentials, "
                "which are made with the secret that they share with us: set turn_secret (coturn calls it "
                "static-auth-secret)"
            )
        return self

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
        message = str(first["msg"]).removeprefix("Value error, ")
        if not first["loc"]:  # of settings that do not fit together; the input is all of them, secrets too
            raise InvalidSetting(f"The settings do not fit together: {message}.") from None
        name = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise InvalidSetting(_unknown(f"{name} (in {FILE})", name)) from error
        field = Settings.model_fields.get(name.split(".")[0])
        meaning = f" It is: {field.description}" if field else ""
        secret = field is not None and field.annotation is SecretStr
        given = "not shown here" if secret else repr(first["input"])
        raise InvalidSetting(f"The setting {name} is {given}: {message}.{meaning}") from error


def _unknown(shown: str, name: str) -> str:
    return f"There is no setting {shown}. {instead(name, Settings.model_fields)}"
