"""Amazon IVS real-time streaming on loopback: its API, and whether a token would let somebody join."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tests.fakes.aws import NotTaken, Reply, Request, error, invalid
from tests.fakes.aws_server import FakeAws

if TYPE_CHECKING:
    from collections.abc import Callable

OPERATIONS = (
    "CreateStage",
    "ListStages",
    "GetStage",
    "DeleteStage",
    "CreateParticipantToken",
    "ListParticipants",
    "GetParticipant",
    "DisconnectParticipant",
    "ImportPublicKey",
)
ACCOUNT = "123456789012"


@dataclass
class OneStage:
    """A stage; `session` is "" while nobody is there."""

    arn: str
    name: str
    session: str = ""
    participants: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.arn.rpartition("/")[2]

    @property
    def endpoints(self) -> dict[str, str]:
        return {
            "events": "wss://global.realtime-events.example",
            "whip": f"https://{self.id.lower()}.whip.example",
            "rtmp": "rtmp://rtmp.example/app",
            "rtmps": "rtmps://rtmps.example/app",
        }

    @property
    def summary(self) -> dict[str, Any]:
        session = {"activeSessionId": self.session} if self.session else {}
        return {"arn": self.arn, "name": self.name, "tags": {}, **session}


class FakeIvs(FakeAws):
    """Serves while its context is open, under `endpoint_url`.

    Attributes:
        stages: by ARN.
        keys: public keys (PEM) by ARN.
        page: how much stands on a page of a list at most.
        most_stages, most_keys: the account's quotas.
    """

    def __init__(self, region: str = "us-west-2") -> None:
        super().__init__({"ivs-realtime": OPERATIONS}, region)
        self.stages: dict[str, OneStage] = {}
        self.keys: dict[str, str] = {}
        self.page = 100
        self.most_stages = 100
        self.most_keys = 3
        self._own = ec.generate_private_key(ec.SECP384R1())
        self._answers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "CreateStage": self._create,
            "ListStages": lambda asked: self._paged(
                asked, "stages", [each.summary for each in self.stages.values()]
            ),
            "GetStage": lambda asked: {"stage": self._full(self._stage(asked["arn"]))},
            "DeleteStage": self._delete,
            "CreateParticipantToken": self._token,
            "ListParticipants": self._participants,
            "GetParticipant": self._participant,
            "DisconnectParticipant": self._disconnect,
            "ImportPublicKey": self._import,
        }

    def usual(self, request: Request) -> Reply:
        return self.operations.answer(request.operation, self._answers[request.operation](request.params))

    def calls(self, operation: str) -> int:
        return sum(each.operation == operation for each in self.requests)

    def join(self, token: str, *, publishing: bool = False) -> str:
        """Let the bearer of `token` in as Amazon would, and return the participant's id."""
        kid = jwt.get_unverified_header(token).get("kid")
        key = load_pem_public_key(self.keys[kid].encode()) if kid else self._own.public_key()
        claims = jwt.decode(token, key, algorithms=["ES384"], options={"require": ["exp", "iat", "jti"]})  # type: ignore[arg-type]
        stage = self.stages[claims["resource"]]
        assert claims["topic"] == stage.id
        assert claims["whip_url"] == stage.endpoints["whip"]
        assert claims["events_url"] == stage.endpoints["events"]
        assert claims["version"]
        assert claims["capabilities"]["allow_publish"] or not publishing
        stage.session = stage.session or f"st-{_name(13)}"
        stage.participants[claims["jti"]] = {
            "participantId": claims["jti"],
            "userId": claims["user_id"],
            "attributes": claims["attributes"],
            "state": "CONNECTED",
            "published": publishing,
            "firstJoinTime": _iso(datetime.now(UTC)),
        }
        return str(claims["jti"])

    def _stage(self, arn: str) -> OneStage:
        if arn not in self.stages:
            raise NotTaken(error(404, "ResourceNotFoundException", "Resource not found"))
        return self.stages[arn]

    def _full(self, stage: OneStage) -> dict[str, Any]:
        return stage.summary | {"endpoints": stage.endpoints}

    def _create(self, asked: dict[str, Any]) -> dict[str, Any]:
        if len(self.stages) >= self.most_stages:
            raise NotTaken(
                error(402, "ServiceQuotaExceededException", "Your request exceeds the quota: Stages")
            )
        arn = f"arn:aws:ivs:{self.region}:{ACCOUNT}:stage/{_name(12)}"
        self.stages[arn] = OneStage(arn, asked.get("name", ""))
        return {"stage": self._full(self.stages[arn]), "participantTokens": []}

    def _delete(self, asked: dict[str, Any]) -> dict[str, Any]:
        del self.stages[self._stage(asked["arn"]).arn]
        return {}

    def _token(self, asked: dict[str, Any]) -> dict[str, Any]:
        stage, now = self._stage(asked["stageArn"]), datetime.now(UTC)
        attributes = asked.get("attributes", {})
        if sum(len(part.encode()) for pair in attributes.items() for part in pair) > 1024:
            raise invalid("attributes must be at most 1 KB")
        capabilities = asked.get("capabilities", ["PUBLISH", "SUBSCRIBE"])
        expires = now + timedelta(minutes=asked.get("duration", 720))
        participant = _name(12)
        claims = {
            "exp": int(expires.timestamp()),
            "iat": int(now.timestamp()),
            "jti": participant,
            "resource": stage.arn,
            "topic": stage.id,
            "events_url": stage.endpoints["events"],
            "whip_url": stage.endpoints["whip"],
            "user_id": asked.get("userId", ""),
            "attributes": attributes,
            "capabilities": {
                "allow_publish": "PUBLISH" in capabilities,
                "allow_subscribe": "SUBSCRIBE" in capabilities,
            },
            "version": "0.0",
        }
        return {
            "participantToken": {
                "participantId": participant,
                "token": jwt.encode(claims, self._own, "ES384"),
                "userId": asked.get("userId", ""),
                "attributes": attributes,
                "duration": asked.get("duration", 720),
                "capabilities": capabilities,
                "expirationTime": _iso(expires),
            }
        }

    def _participants(self, asked: dict[str, Any]) -> dict[str, Any]:
        filters = [name for name in asked if name.startswith("filterBy")]
        if len(filters) > 1:
            raise invalid("Only one filter can be provided per request")
        found = [
            {name: value for name, value in each.items() if name != "attributes"}
            for each in self._session(asked).participants.values()
            if asked.get("filterByPublished", each["published"]) == each["published"]
            and asked.get("filterByState", each["state"]) == each["state"]
        ]
        return self._paged(asked, "participants", found)

    def _participant(self, asked: dict[str, Any]) -> dict[str, Any]:
        there = self._session(asked).participants
        if asked["participantId"] not in there:
            raise NotTaken(error(404, "ResourceNotFoundException", "Resource not found"))
        return {"participant": there[asked["participantId"]]}

    def _session(self, asked: dict[str, Any]) -> OneStage:
        stage = self._stage(asked["stageArn"])
        if stage.session != asked["sessionId"]:
            raise invalid("No such session")
        return stage

    def _disconnect(self, asked: dict[str, Any]) -> dict[str, Any]:
        there = self._stage(asked["stageArn"]).participants
        if asked["participantId"] not in there:
            raise NotTaken(error(404, "ResourceNotFoundException", "Participant not found"))
        there[asked["participantId"]]["state"] = "DISCONNECTED"
        return {}

    def _import(self, asked: dict[str, Any]) -> dict[str, Any]:
        material = asked["publicKeyMaterial"]
        key = load_pem_public_key(material.encode())
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP384R1):
            raise invalid("Only P-384 keys are taken")
        if material in self.keys.values():
            raise NotTaken(error(409, "ConflictException", "The public key is there already"))
        if len(self.keys) >= self.most_keys:
            raise NotTaken(
                error(402, "ServiceQuotaExceededException", "Your request exceeds the quota: PublicKeys")
            )
        arn = f"arn:aws:ivs:{self.region}:{ACCOUNT}:public-key/{_name(12)}"
        self.keys[arn] = material
        return {"publicKey": {"arn": arn, "name": asked.get("name", ""), "publicKeyMaterial": material}}

    def _paged(self, asked: dict[str, Any], what: str, found: list[dict[str, Any]]) -> dict[str, Any]:
        start = int(asked.get("nextToken", "0"))
        end = start + min(self.page, asked.get("maxResults", 50))
        more = {"nextToken": str(end)} if end < len(found) else {}
        return {what: found[start:end], **more}


def _name(length: int) -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length))


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
