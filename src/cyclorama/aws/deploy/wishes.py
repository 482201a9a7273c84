"""What whoever deploys wants, and the template's parameters that say so. What is not said stays as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cyclorama.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GUARDRAIL = re.compile(r"[a-z0-9]+:([1-9]\d*|DRAFT)")
LOG_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
# What only we know of a deployment, and its owner need not be told.
INNER = {"Name", "CodeBucket", "CodeKey", "StagePublicKey", "StageKeyParameter", "CertificateArn"}


@dataclass(frozen=True)
class Wishes:
    """What was said; None is: as it is, or for a new studio as the template says. "" takes away."""

    model: str | None = None
    bedrock_region: str | None = None
    domain: str | None = None
    allow_origins: Sequence[str] | None = None
    guardrail: str | None = None
    issuer: str | None = None
    audience: str | None = None
    budget: int | None = None
    budget_email: str | None = None
    log_days: int | None = None

    def __post_init__(self) -> None:
        """Check what CloudFormation would refuse after some minutes only."""
        for origin in filter(None, self.allow_origins or ()):
            _check_origin(origin)
        if self.guardrail and self.guardrail != "create" and not GUARDRAIL.fullmatch(self.guardrail):
            raise InvalidRequest(
                f"{self.guardrail!r} is no guardrail. Give --guardrail ID:VERSION, such as abc123:1; or "
                "create, which makes one."
            )
        if self.issuer and not re.fullmatch(r"https://[^\s/]+(/\S*)?", self.issuer):
            raise InvalidRequest(
                f"--issuer wants the https:// address of an OpenID provider, not {self.issuer!r}."
            )
        if self.log_days is not None and self.log_days not in LOG_DAYS:
            raise InvalidRequest(
                f"CloudWatch does not keep logs for {self.log_days} days. --log-days takes one of: "
                f"{', '.join(map(str, LOG_DAYS))}."
            )

    def parameters(self) -> dict[str, str]:
        """Return the parameters that say what was said."""
        said = {
            "BedrockModel": self.model,
            "BedrockRegion": self.bedrock_region,
            "Domain": self.domain,
            "AllowOrigins": None
            if self.allow_origins is None
            else ",".join(filter(None, self.allow_origins)),
            "Issuer": self.issuer,
            "Audience": self.audience,
            "BudgetLimit": None if self.budget is None else str(self.budget),
            "BudgetEmail": self.budget_email,
            "LogRetentionDays": None if self.log_days is None else str(self.log_days),
        }
        if self.guardrail is not None:
            create = self.guardrail == "create"
            said |= {
                "CreateGuardrail": "yes" if create else "no",
                "Guardrail": "" if create else self.guardrail,
            }
        return {name: value for name, value in said.items() if value is not None}


def together(
    known: Mapping[str, str | None], before: Mapping[str, str] | None, said: Mapping[str, str]
) -> tuple[dict[str, str | None], dict[str, str]]:
    """Return the parameters for a change set, of which None keeps what there is, and all as they will be.

    Args:
        known: the template's parameters with their defaults.
        before: those of the stack, None if there is none yet.
        said: values that shall be.

    Raises:
        InvalidRequest: they do not go together.
    """
    asked: dict[str, str | None] = {}
    values: dict[str, str] = {}
    for name, default in known.items():
        if name in said:
            asked[name] = values[name] = said[name]
        elif before is not None and name in before:
            asked[name], values[name] = None, before[name]
        else:
            values[name] = default or ""
    if bool(values.get("Issuer")) != bool(values.get("Audience")):
        raise InvalidRequest(
            "An OpenID provider of your own needs both --issuer, its address, and --audience, the client id "
            "that its tokens are for. Without either, the stack makes a user pool of Amazon Cognito."
        )
    return asked, values


def differing(values: Mapping[str, str], before: Mapping[str, str] | None) -> dict[str, str]:
    """Return what a person set that will be other than before; for a new studio, all that is set."""
    found = {
        name: value
        for name, value in values.items()
        if name not in INNER and (value if before is None else before.get(name, "") != value)
    }
    if before is None:  # what is off is not worth a word
        found = {name: value for name, value in found.items() if value != "no"}
        if not values.get("BudgetEmail"):
            found.pop("BudgetLimit", None)
    return found


def _check_origin(origin: str) -> None:
    parts = urlsplit(origin)
    local = parts.hostname in {"localhost", "127.0.0.1"}
    if (
        (parts.scheme != "https" and not (parts.scheme == "http" and local))
        or not parts.hostname
        or parts.path
        or parts.query
        or parts.fragment
        or "*" in origin
        or "," in origin
    ):
        raise InvalidRequest(
            f"{origin!r} is no origin. Give --allow-origin one such as https://show.example.org, with no "
            "path and no asterisk; several by giving it again."
        )
