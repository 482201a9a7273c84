"""The backend: what it asks Amazon, and what it signs itself."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from cyclorama.errors import Conflict, CycloramaError, InvalidRequest, NotFound
from cyclorama.stage.base import Muted, Participant, Stage, Token
from cyclorama.stage.ivs.account import Account, pages
from cyclorama.stage.ivs.keys import public_half, signer_of
from cyclorama.stage.tokens import Address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from types_boto3_ivs_realtime import IvsrealtimeClient
    from types_boto3_ivs_realtime.literals import ParticipantTokenCapabilityType

    from cyclorama.settings import Settings
    from cyclorama.stage.tokens import Signer

    T = TypeVar("T")

# It sends each offer on to the stage's own endpoint:
# https://docs.aws.amazon.com/ivs/latest/RealTimeUserGuide/obs-whip-support.html
WHIP = "https://global.whip.live-video.net"
# What is looked up for tokens is believed so long, so that a crowd of viewers costs one look. Amazon lets a
# stage's endpoints be kept for 14 days.
BELIEVED_S = 60.0
NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
ARN = re.compile(r"arn:aws:ivs:([a-z0-9-]+):\d+:stage/[a-zA-Z0-9-]+")
MOST_MINUTES = 20160
MOST_USER_ID = 128  # characters
MOST_ATTRIBUTES = 1024  # bytes of UTF-8, keys and values together
REASON = "Sent away by the host"


@dataclass(frozen=True)
class _Known:
    """A stage that was looked up; `address` is there when tokens are signed here."""

    stage: Stage
    address: Address | None
    until: float


class IvsBackend:
    """Stages of one AWS account in one region.

    With a key pair in the settings, tokens are signed here and cost no call of the API; else each is made by
    Amazon. Either way a token is good until it expires: Amazon has no way to revoke one.

    Args:
        settings: those that begin with `ivs_`.
        signer: signs tokens in place of the key in the settings.

    Raises:
        InvalidSetting: the key cannot be used, or only half of the pair is set.
    """

    name = "ivs"
    viewers_share = False  # one token is one participant

    def __init__(self, settings: Settings, signer: Signer | None = None) -> None:
        self._account = Account(settings)
        self._signer = signer or signer_of(settings)
        self._known: dict[str, _Known] = {}
        self._looking = asyncio.Lock()
        self._attributes: dict[str, dict[str, dict[str, str]]] = {}  # by stage, by participant

    async def create_stage(self, name: str) -> Stage:
        """Make a stage."""
        if not NAME.fullmatch(name):
            raise InvalidRequest(
                "A stage of Amazon IVS is called by 1 to 128 letters, digits, - and _, with no space."
            )
        if any(each.name == name for each in await self.list_stages()):
            raise Conflict(f"There is a stage called {name} already. Take another name, or use that one.")
        made = await self._ask(f"the stage {name}", lambda ivs: ivs.create_stage(name=name)["stage"])
        return _stage(made)

    async def list_stages(self) -> list[Stage]:
        """Return all stages of the account in this region."""

        def ask(ivs: IvsrealtimeClient) -> list[Stage]:
            return [_stage(each) for each in pages(ivs.list_stages, "stages")]

        return await self._ask("the list of stages", ask)

    async def find_stage(self, stage: str) -> Stage:
        """Return the stage of that id, name or ARN.

        Raises:
            InvalidRequest: several have that name, which Amazon allows.
        """
        return (await self._believed(stage)).stage

    async def delete_stage(self, stage: str) -> None:
        """Send everybody away and delete the stage; its tokens are worth nothing from now on."""
        found = await self.find_stage(stage)
        await self._ask(f"the stage {found.name}", lambda ivs: ivs.delete_stage(arn=found.resource))
        self._forget(found)

    async def mint_token(
        self,
        stage: str,
        *,
        user_id: str,
        attributes: Mapping[str, str],
        publish: bool,
        subscribe: bool,
        minutes: int,
    ) -> Token:
        """Return a token for a new participant: signed here, or made by Amazon.

        Raises:
            InvalidRequest: more minutes, a longer user id or more attributes than Amazon takes.
        """
        _check(user_id, attributes, minutes)
        known = await self._believed(stage)
        if self._signer and known.address:
            signed = self._signer.mint(
                known.address,
                user_id=user_id,
                attributes=attributes,
                publish=publish,
                subscribe=subscribe,
                minutes=minutes,
            )
            return Token(signed.token, signed.participant_id, signed.expires_at)
        wanted: list[ParticipantTokenCapabilityType] = []
        wanted += ["PUBLISH"] if publish else []
        wanted += ["SUBSCRIBE"] if subscribe else []
        try:
            made = await self._ask(
                f"the stage {known.stage.name}",
                lambda ivs: ivs.create_participant_token(
                    stageArn=known.stage.resource,
                    duration=minutes,
                    userId=user_id,
                    attributes=dict(attributes),
                    capabilities=wanted,
                )["participantToken"],
            )
        except NotFound:
            self._forget(known.stage)  # somebody deleted it elsewhere, and may have made it anew
            raise
        return Token(made["token"], made["participantId"], int(made["expirationTime"].timestamp()))

    async def list_participants(self, stage: str) -> list[Participant]:
        """Return those who are connected and have published in this session.

        Amazon tells neither what a token allows nor who is muted, nor whether somebody who has published and
        is still connected publishes right now: they count as publishing.
        """
        found = await self.find_stage(stage)
        return await self._ask(f"the stage {found.name}", lambda ivs: self._participants(ivs, found.resource))

    async def disconnect_participant(self, stage: str, participant_id: str) -> None:
        """Send somebody away. Their token stays good until it expires, and they can come back with it."""
        found = await self.find_stage(stage)
        await self._ask(
            f"participant {participant_id} on the stage {found.name}",
            lambda ivs: ivs.disconnect_participant(
                stageArn=found.resource, participantId=participant_id, reason=REASON
            ),
        )

    async def import_key(self, private_pem: bytes, name: str = "cyclorama") -> str:
        """Let Amazon know the public half of a P-384 key, and return the ARN that it has from now on.

        Raises:
            InvalidRequest: this is no such key.
            Conflict: the account has this key already.
            TooMany: it has as many keys as it may have.
        """
        public = public_half(private_pem)
        return await self._ask(
            "the public key",
            lambda ivs: ivs.import_public_key(publicKeyMaterial=public, name=name)["publicKey"]["arn"],
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await asyncio.to_thread(self._account.close)

    async def _ask(self, subject: str, call: Callable[[IvsrealtimeClient], T]) -> T:
        """Run `call` in a thread, because boto3 blocks."""

        def ask() -> T:
            with self._account.asking(subject) as ivs:
                return call(ivs)

        return await asyncio.to_thread(ask)

    async def _find(self, stage: str) -> Stage:
        if ARN.fullmatch(stage):
            return _stage(await self._look(stage))
        stages = await self.list_stages()
        fitting = [each for each in stages if each.id == stage] or [
            each for each in stages if each.name == stage
        ]
        if not fitting:
            raise NotFound(
                f"Amazon IVS in {self._account.region} has no stage {stage!r}. `cyclorama stage list` shows "
                "those that there are."
            )
        if len(fitting) > 1:
            ids = ", ".join(each.id for each in fitting)
            raise InvalidRequest(f"{len(fitting)} stages are called {stage}. Name one by its id: {ids}.")
        return fitting[0]

    def _forget(self, stage: Stage) -> None:
        self._attributes.pop(stage.resource, None)
        self._known = {name: known for name, known in self._known.items() if known.stage != stage}

    async def _look(self, arn: str) -> Any:
        try:
            return await self._ask(f"the stage {arn}", lambda ivs: ivs.get_stage(arn=arn)["stage"])
        except CycloramaError as error:
            found = ARN.fullmatch(arn)
            if found and found[1] != self._account.region and error.status < 500:
                raise NotFound(
                    f"The stage {arn} is in {found[1]}, and Cyclorama asks in {self._account.region}. Set "
                    "CYCLORAMA_IVS_REGION to the stage's region."
                ) from error
            raise

    async def _believed(self, stage: str) -> _Known:
        async with self._looking:
            known = self._known.get(stage)
            if known is None or known.until < time.monotonic():
                found = await self._find(stage)
                address = await self._address(found) if self._signer else None
                known = _Known(found, address, time.monotonic() + BELIEVED_S)
                self._known |= {stage: known, found.resource: known}
            return known

    async def _address(self, stage: Stage) -> Address:
        ends = (await self._look(stage.resource))["endpoints"]
        return Address(stage.resource, stage.id, events_url=ends["events"], whip_url=ends["whip"])

    def _participants(self, ivs: IvsrealtimeClient, arn: str) -> list[Participant]:
        session = ivs.get_stage(arn=arn)["stage"].get("activeSessionId", "")
        if not session:
            return []
        where = {"stageArn": arn, "sessionId": session}
        # Only one filter is taken at a time, and thousands may be connected who only watch.
        found = pages(ivs.list_participants, "participants", **where, filterByPublished=True)
        here = [each for each in found if each["state"] == "CONNECTED"]
        # Attributes come with a call for each. They are a token's own, so they are asked for once.
        before = self._attributes.get(arn, {})
        now = {}
        for each in here:
            participant = each["participantId"]
            if (known := before.get(participant)) is None:
                told = ivs.get_participant(**where, participantId=participant)["participant"]
                known = told.get("attributes", {})
            now[participant] = known
        self._attributes[arn] = now
        return [
            Participant(
                id=each["participantId"],
                user_id=each.get("userId", ""),
                attributes=now[each["participantId"]],
                publishing=True,
                muted=Muted(),
            )
            for each in here
        ]


def _check(user_id: str, attributes: Mapping[str, str], minutes: int) -> None:
    """Keep Amazon's limits on tokens, which nobody checks when they are signed here."""
    if not 1 <= minutes <= MOST_MINUTES:
        raise InvalidRequest(f"An IVS token is good for 1 to {MOST_MINUTES} minutes, not for {minutes}.")
    if len(user_id) > MOST_USER_ID:
        raise InvalidRequest(f"A user id on IVS has at most {MOST_USER_ID} characters.")
    if sum(len(part.encode()) for pair in attributes.items() for part in pair) > MOST_ATTRIBUTES:
        raise InvalidRequest(f"Attributes on IVS have at most {MOST_ATTRIBUTES} bytes, all together.")


def _stage(told: Any) -> Stage:
    arn = told["arn"]
    name = arn.rpartition("/")[2]
    return Stage(id=name, name=told.get("name") or name, resource=arn, whip_url=WHIP)
