"""aiortc's own relay as a server: `python -m bench.stage.relay PORT`; WHIP and WHEP, one publisher.

It decodes what comes and encodes it for each viewer, as aiortc's `MediaRelay` is meant to be used.
"""

from __future__ import annotations

import sys

import uvicorn
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRelay
from bench.stage.signalling import connection
from fastapi import FastAPI, HTTPException, Request, Response

app = FastAPI()
relay = MediaRelay()
tracks: dict[str, MediaStreamTrack] = {}
connections: dict[str, RTCPeerConnection] = {}


@app.post("/whip")
async def publish(request: Request) -> Response:
    """Take a publisher's tracks."""
    pc = connection()
    pc.on("track", lambda track: tracks.update({track.kind: track}))
    return await _answer(pc, request)


@app.post("/whep")
async def watch(request: Request) -> Response:
    """Give the publisher's tracks to a viewer."""
    if len(tracks) < 2:
        raise HTTPException(404)
    pc = connection()
    for kind in ("audio", "video"):
        pc.addTrack(relay.subscribe(tracks[kind]))
    return await _answer(pc, request)


@app.delete("/sessions/{session}")
async def leave(session: str) -> None:
    """End a session."""
    await connections.pop(session).close()


async def _answer(pc: RTCPeerConnection, request: Request) -> Response:
    session = str(id(pc))
    connections[session] = pc
    await pc.setRemoteDescription(RTCSessionDescription((await request.body()).decode(), "offer"))
    await pc.setLocalDescription(await pc.createAnswer())
    headers = {"Location": f"/sessions/{session}"}
    return Response(pc.localDescription.sdp, 201, headers, "application/sdp")


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
