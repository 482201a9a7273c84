"""A participant of the real local stage, watched."""

from __future__ import annotations

import asyncio
import time
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np
import pytest
from aiortc import AudioStreamTrack, VideoStreamTrack
from av import AudioFrame, VideoFrame

from cyclorama.errors import SourceLost, Unauthorized
from cyclorama.live.base import Sound, Source
from cyclorama.live.sources import open_source, whep
from cyclorama.live.sources.whep import WHEPSource
from cyclorama.picture import Frame
from cyclorama.stage.whip import publish
from tests.stage.clients import BLUE, RATE, RED, SAMPLES, Colour, Tone, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stage.conftest import Running

pytestmark = pytest.mark.stage


def now() -> float:
    """Return the phase of the clapperboard, which claps for a fifth of each second."""
    return time.monotonic() % 1.0


class Clapper(VideoStreamTrack):
    async def recv(self) -> VideoFrame:
        pts, time_base = await self.next_timestamp()
        frame = VideoFrame.from_ndarray(np.full((48, 64, 3), 255 * (now() < 0.2), np.uint8), "rgb24")
        frame = frame.reformat(format="yuv420p")
        frame.pts, frame.time_base = pts, time_base
        return frame


class Clap(AudioStreamTrack):
    async def recv(self) -> AudioFrame:
        pace = await super().recv()
        phase = (now() + np.arange(SAMPLES) / RATE) % 1.0
        wave = (np.sin(2 * np.pi * 1000 * phase) * 20000 * (phase < 0.2)).astype(np.int16)
        frame = AudioFrame.from_ndarray(wave.reshape(1, -1), "s16", "mono")
        frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
        assert isinstance(pace, AudioFrame)
        assert pace.pts is not None
        frame.pts = pace.pts * RATE // pace.sample_rate
        return frame


def take(
    source: Source, enough: Callable[[list[Frame], list[Sound]], object]
) -> tuple[list[Frame], list[Sound]]:
    frames: list[Frame] = []
    sounds: list[Sound] = []
    for item in source:
        (frames if isinstance(item, Frame) else sounds).append(item)  # type: ignore[arg-type]
        if enough(frames, sounds):
            source.close()
    return frames, sounds


def onsets(times: np.ndarray, loud: np.ndarray) -> np.ndarray:
    """Return when it began to be bright or loud, after it was not."""
    begins = np.flatnonzero(loud[1:] & ~loud[:-1]) + 1
    return times[begins]


def apart(frames: list[Frame], sounds: list[Sound]) -> np.ndarray:
    """Return by how many seconds each clap that is seen is from the nearest that is heard."""
    seen = np.array([frame.seconds for frame in frames])
    bright = onsets(seen, np.array([frame.planes[0].mean() > 120 for frame in frames]))
    samples = np.concatenate([np.abs(item.samples).max(axis=1) for item in sounds])
    heard = np.concatenate([item.seconds + np.arange(len(item.samples)) / item.rate for item in sounds])
    level = np.maximum.reduceat(samples, np.arange(0, len(samples), 240))
    loud = onsets(heard[::240], level > 0.1)
    return np.array([np.abs(loud - each).min(initial=np.inf) for each in bright])


async def test_sound_and_picture_of_a_participant_are_in_step(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    source = WHEPSource(f"{server.url}/whep/{host.claims.jti}", guest.token)

    def settled(frames: list[Frame], sounds: list[Sound]) -> bool:
        # Reports come after some seconds, and a sender that this machine holds up tells a wrong time in them
        # until its next: how they are in step is seen once it has sent at its own pace for two claps.
        seconds = float(frames[-1].seconds or 0) if frames else 0.0
        if len(frames) % 10 or seconds < 4.5:
            return False
        return seconds > 30 or bool(np.median(apart(frames, sounds)[-2:]) < 0.06)

    async with publish(f"{server.url}/whip", host.token, Clap(), Clapper()):
        await until(lambda: server.publishing(host))
        frames, sounds = await asyncio.to_thread(take, source, settled)
    assert isinstance(source, Source)
    assert source.live
    # a picture is up to 33 ms late by itself
    assert np.median(apart(frames, sounds)[-2:]) < 0.06
    for earlier, later in pairwise(frames):
        assert (later.seconds or 0) > (earlier.seconds or 0)
    for one, other in pairwise(sounds):
        assert other.seconds > one.seconds


async def test_somebody_who_comes_goes_and_comes_back(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whep, "QUIET_S", 1.0)
    host, guest = server.token(publish=True), server.token(publish=False)
    source = WHEPSource(f"{server.url}/whep/{host.claims.jti}", guest.token, "Ann")
    with pytest.raises(SourceLost, match="Nobody is live"):
        await asyncio.to_thread(list, source)
    times = []
    for colour in (RED, BLUE):
        async with publish(f"{server.url}/whip", host.token, Colour(colour)):
            await until(lambda: server.publishing(host))
            items = iter(source)
            for _ in range(5):
                frame = await asyncio.to_thread(next, items)
                assert isinstance(frame, Frame)
                times.append(frame.seconds)
                luma = float(np.median(frame.planes[0]))
            assert abs(luma - colour.yuv[0]) < 6
        with pytest.raises(SourceLost, match="not live any more"):
            await asyncio.to_thread(list, items)
    assert sorted(times) == times  # type: ignore[type-var]


async def test_closing_ends_watching(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    source = WHEPSource(f"{server.url}/whep/{host.claims.jti}", guest.token)
    async with publish(f"{server.url}/whip", host.token, Tone(), Colour(RED)):
        await until(lambda: server.publishing(host))
        await asyncio.to_thread(take, source, lambda frames, _: len(frames) == 3)
        assert len(server.stage._sessions) == 1  # the publisher's: the viewer's is ended when it is closed


async def test_a_token_that_is_none(server: Running) -> None:
    with pytest.raises(Unauthorized):
        await asyncio.to_thread(list, WHEPSource(f"{server.url}/whep/ann", "rubbish"))


async def test_a_participant_by_the_stages_name(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYCLORAMA_PORT", str(urlsplit(server.url).port))
    with pytest.raises(SourceLost, match="Nobody is live yet"):
        await asyncio.to_thread(list, open_source("stage:"))
    host = server.token(publish=True)
    async with publish(f"{server.url}/whip", host.token, Colour(RED)):
        await until(lambda: server.publishing(host))
        for text in ("stage:", "stage:default/somebody", f"stage:default/{host.claims.jti}"):
            frames, _ = await asyncio.to_thread(take, open_source(text), lambda frames, _: frames)
            assert frames
        with pytest.raises(SourceLost, match="Nobody of that name"):
            await asyncio.to_thread(list, open_source("stage:default/else"))
