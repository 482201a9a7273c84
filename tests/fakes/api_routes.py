"""The routes of an HTTP API as a template has them, and how often each may be asked."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.authorizer import Authorizer

if TYPE_CHECKING:
    from tests.fakes.stack import Stack


@dataclass(frozen=True)
class Route:
    """One route of the API.

    Attributes:
        key: such as `GET /backgrounds/{id}`.
        function: the name of the one that answers it.
        authorizer: None where anybody may ask.
        scopes: one of which a token must have, if there are any.
        wait: seconds that the function may take.
    """

    key: str
    function: str
    authorizer: Authorizer | None
    scopes: tuple[str, ...]
    wait: float

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """Return what stands for its parameters, or None where it is another route."""
        if self.key == "$default":
            return {}
        own, _, template = self.key.partition(" ")
        if own not in {method, "ANY"}:
            return None
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
        pattern = re.sub(r"\\\{(\w+)\\\+\\\}", r"(?P<\1>.+)", pattern)
        found = re.fullmatch(pattern, path)
        return found.groupdict() if found else None

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """The most particular route comes first."""
        return self.key == "$default", "+}" in self.key, self.key.count("{")


def routes(stack: Stack) -> list[Route]:
    """Return the routes of a stack's API, the most particular ones first."""
    integrations = stack.resources("AWS::ApiGatewayV2::Integration")
    authorizers = stack.resources("AWS::ApiGatewayV2::Authorizer")
    found = []
    for about in stack.resources("AWS::ApiGatewayV2::Route").values():
        target = about["Target"].removeprefix("integrations/")
        integration = next(
            each for name, each in integrations.items() if stack.value({"Ref": name}) == target
        )
        assert integration["IntegrationType"] == "AWS_PROXY"
        assert integration["PayloadFormatVersion"] == "2.0"
        authorizer = None
        if about.get("AuthorizationType", "NONE") != "NONE":
            assert about["AuthorizationType"] == "JWT"
            own = next(
                each
                for name, each in authorizers.items()
                if stack.value({"Ref": name}) == about["AuthorizerId"]
            )
            assert own["IdentitySource"] == ["$request.header.Authorization"]
            configured = own["JwtConfiguration"]
            authorizer = Authorizer(configured["Issuer"], tuple(configured["Audience"]))
        found.append(
            Route(
                about["RouteKey"],
                # either the function's ARN, or the address that API Gateway has for it
                re.findall(r":function:([\w-]+)", integration["IntegrationUri"])[0],
                authorizer,
                tuple(about.get("AuthorizationScopes", ())),
                integration.get("TimeoutInMillis", 30_000) / 1000,
            )
        )
    return sorted(found, key=lambda route: route.rank)


@dataclass
class Bucket:
    """A bucket of tokens, of which each request takes one.

    Attributes:
        rate: tokens that come in a second.
        most: tokens that it holds.
        left: those that are in it.
    """

    rate: float
    most: float
    left: float
    _since: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Bucket:
        """Return a full one; where nothing is set, an account's own limits count, which are far."""
        burst = float(settings.get("ThrottlingBurstLimit", 5000))
        return cls(float(settings.get("ThrottlingRateLimit", 10_000)), burst, burst)

    def take(self) -> bool:
        """Take a token; return whether there was one."""
        now = time.monotonic()
        self.left = min(self.most, self.left + (now - self._since) * self.rate)
        self._since = now
        if self.left < 1:
            return False
        self.left -= 1
        return True
