"""How a peer connection joins: by WHIP and WHEP, or Janus's videoroom over its WebSocket.

A target is plain JSON, so that it can be given to a process: `{url, token}`, or `{janus, room, id}` to
publish there and `{janus, room, feed}` to watch.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import httpx
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from websockets.asyncio.client import ClientConnection, connect

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Leave = Callable[[], Awaitable[None]]

Target = dict[str, Any]
PATIENCE = 20.0


def connection() -> RTCPeerConnection:
    """Return a connection that asks no outside server."""
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


def receiving(pc: RTCPeerConnection, *kinds: str, rtx: bool) -> None:
    """Let `pc` receive VP8 and Opus alone; without `rtx`, lost packets come again as they were."""
    names = {"video/vp8", "audio/opus"} | ({"video/rtx"} if rtx else set())
    for kind in kinds:
        transceiver = pc.addTransceiver(kind, "recvonly")
        known = RTCRtpSender.getCapabilities(kind).codecs
        transceiver.setCodecPreferences([codec for codec in known if codec.mimeType.lower() in names])


async def join(pc: RTCPeerConnection, target: Target) -> Leave:
    """Exchange offer and answer; return what takes leave again."""
    return await (_janus if "janus" in target else _http)(pc, target)


async def _http(pc: RTCPeerConnection, target: Target) -> Leave:
    await pc.setLocalDescription(await pc.createOffer())
    headers = {"Authorization": f"Bearer {target['token']}", "Content-Type": "application/sdp"}
    give_up = asyncio.get_running_loop().time() + PATIENCE
    async with _client() as http:
        while True:
            response = await http.post(target["url"], content=pc.localDescription.sdp, headers=headers)
            if response.status_code != httpx.codes.NOT_FOUND or give_up < asyncio.get_running_loop().time():
                break
            await asyncio.sleep(0.1)  # who is to be watched has not begun yet
    if response.status_code != httpx.codes.CREATED:
        raise RuntimeError(f"{response.status_code}: {response.text}")
    await pc.setRemoteDescription(RTCSessionDescription(response.text, "answer"))

    async def leave() -> None:
        async with _client() as http:
            await http.delete(urljoin(target["url"], response.headers["Location"]), headers=headers)

    return leave


def _client() -> httpx.AsyncClient:
    # Loading certificates would take longer than all else, and they are not needed on this machine.
    return httpx.AsyncClient(verify=False, timeout=PATIENCE)  # noqa: S501


async def _janus(pc: RTCPeerConnection, target: Target) -> Leave:
    socket = await connect(target["janus"], subprotocols=["janus-protocol"])  # type: ignore[list-item]
    session = (await _ask(socket, {"janus": "create"}))["data"]["id"]
    attach = {"janus": "attach", "plugin": "janus.plugin.videoroom", "session_id": session}
    handle = (await _ask(socket, attach))["data"]["id"]

    async def message(body: dict[str, Any], jsep: RTCSessionDescription | None = None) -> dict[str, Any]:
        request = {"janus": "message", "session_id": session, "handle_id": handle, "body": body}
        if jsep is not None:
            request["jsep"] = {"type": jsep.type, "sdp": jsep.sdp}
        answer = await _ask(socket, request, wanted="event")
        data = answer["plugindata"]["data"]
        if "error" in data:
            raise RuntimeError(f"Janus: {data['error']}")
        return answer

    if "feed" in target:
        feed = {"streams": [{"feed": target["feed"]}]}
        offered = await message({"request": "join", "ptype": "subscriber", "room": target["room"], **feed})
        await pc.setRemoteDescription(RTCSessionDescription(**offered["jsep"]))
        await pc.setLocalDescription(await pc.createAnswer())
        await message({"request": "start"}, pc.localDescription)
    else:
        who = {"room": target["room"], "id": target["id"]}
        await message({"request": "join", "ptype": "publisher", **who})
        await pc.setLocalDescription(await pc.createOffer())
        answer = await message({"request": "publish"}, pc.localDescription)
        await pc.setRemoteDescription(RTCSessionDescription(**answer["jsep"]))
    return socket.close  # Janus ends a session whose socket is gone


async def _ask(socket: ClientConnection, request: dict[str, Any], wanted: str = "success") -> dict[str, Any]:
    transaction = secrets.token_hex(6)
    await socket.send(json.dumps(request | {"transaction": transaction}))
    async with asyncio.timeout(PATIENCE):
        while True:
            answer: dict[str, Any] = json.loads(await socket.recv())
            if answer.get("transaction") == transaction and answer["janus"] in {wanted, "error"}:
                break
    if answer["janus"] == "error":
        raise RuntimeError(f"Janus: {answer['error']}")
    return answer
