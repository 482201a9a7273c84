"""Parts become one file, with the sound, the subtitles, the chapters and the words of the recording."""

from __future__ import annotations

import heapq
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

import av

from cyclorama.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.container import InputContainer, OutputContainer

    from cyclorama.live.replace.parts import Parts
    from cyclorama.live.replace.recording import Recording
    from cyclorama.live.replace.target import Target

    Packet = av.Packet[Any]

LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}
NOT_KEPT = {"major_brand", "minor_version", "compatible_brands", "encoder", "rotate", "alpha_mode"}
"""Metadata that is about the old file, not about what is in it."""


def join(parts: Parts, recording: Recording, target: Target, to: Path) -> list[str]:
    """Write the whole file; return what its reader should know, a sentence each.

    Raises:
        Unavailable: a part is damaged, or the file cannot be written.
    """
    options = {"movflags": "faststart"} if target.format in {"mp4", "mov"} else {}
    if options and recording.time_base.numerator == 1:
        # in its own units an edit list would round the beginning to milliseconds
        options["movie_timescale"] = str(recording.time_base.denominator)
    with (
        av.open(str(recording.path)) as source,
        av.open(str(parts.file(1))) as first,
        av.open(str(to), "w", format=target.format, options=options) as out,
    ):
        video = out.add_stream_from_template(first.streams.video[0])
        video.time_base = recording.time_base
        if target.codec == "prores":
            # which ProRes it is, is said by this alone, and a template does not pass it on
            video.codec_context.codec_tag = first.streams.video[0].codec_context.codec_tag
        out.metadata.update(_kept(source.metadata))
        original = source.streams.best("video")
        if original is not None:
            video.metadata.update(_kept(original.metadata))
        if target.alpha and target.codec == "vp9":
            video.metadata["alpha_mode"] = "1"
        others = Others(source, out, target)
        if chapters := source.chapters():
            out.set_chapters(chapters)
        pictures = ((_seconds(packet), packet) for packet in _pictures(parts, recording, video))
        rest = ((_seconds(packet), packet) for packet in others)
        for _, packet in heapq.merge(pictures, rest, key=lambda pair: pair[0]):
            out.mux(packet)
        return others.remarks


class Others:
    """What goes along: sound and subtitles, packet by packet as they are where the container can hold them.

    Attributes:
        remarks: what was not kept as it is.
    """

    def __init__(self, source: InputContainer, out: OutputContainer, target: Target) -> None:
        self.remarks: list[str] = []
        self._source = source
        self._copied: dict[int, Any] = {}
        self._coded: dict[int, _Sound] = {}
        suffix = target.path.suffix
        for track in source.streams:
            codec = track.codec_context.name if track.codec_context else ""
            if track.type not in {"audio", "subtitle"}:
                continue
            if codec in out.supported_codecs:
                self._copied[track.index] = out.add_stream_from_template(cast("Any", track))
            elif track.type == "audio":
                coded = _Sound(
                    cast("AudioStream", track), out, "libopus" if target.format == "webm" else "aac"
                )
                self._coded[track.index] = coded
                advice = "" if target.format == "matroska" else " Write a .mkv to keep it as it is."
                self.remarks.append(
                    f"A {suffix} holds no {codec}: the sound was encoded anew, as {coded.name}.{advice}"
                )
            else:
                self.remarks.append(f"A {suffix} holds no {codec} subtitles: they are left out.")
                continue
            made = self._copied.get(track.index) or self._coded[track.index].track
            made.metadata.update(_kept(track.metadata))
            made.disposition = track.disposition

    def __iter__(self) -> Iterator[Packet]:
        """Give their packets, in the recording's order."""
        wanted = [self._source.streams[index] for index in sorted([*self._copied, *self._coded])]
        if not wanted:
            return
        for packet in self._source.demux(wanted):
            if coded := self._coded.get(packet.stream_index):
                yield from coded.encode(packet)
            elif packet.dts is not None:
                packet.stream = self._copied[packet.stream_index]
                yield packet
        for coded in self._coded.values():
            yield from coded.flush()


class _Sound:
    """A track in another codec, at its own times."""

    def __init__(self, source: AudioStream, out: OutputContainer, encoder: str) -> None:
        rate = 48_000 if encoder == "libopus" else source.rate
        self.name = {"libopus": "Opus", "aac": "AAC"}[encoder]
        # some codecs know how many channels there are, and not which
        layout = LAYOUTS.get(source.layout.nb_channels, "stereo")
        self.track = cast("AudioStream", out.add_stream(encoder, rate=rate, layout=layout))
        self._encoder = self.track.codec_context
        kind = self._encoder.codec.audio_formats
        assert kind  # noqa: S101 (both name theirs)
        self._resampler = av.AudioResampler(kind[0].name, layout, rate)

    def encode(self, packet: Packet) -> Iterator[Packet]:
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            return
        for frame in frames:
            for resampled in self._resampler.resample(cast("av.AudioFrame", frame)):
                yield from self._mine(self._encoder.encode(resampled))

    def flush(self) -> Iterator[Packet]:
        for resampled in self._resampler.resample(None):
            yield from self._mine(self._encoder.encode(resampled))
        yield from self._mine(self._encoder.encode(None))

    def _mine(self, packets: list[Any]) -> list[Packet]:
        for packet in packets:
            packet.stream = self.track
        return packets


def _pictures(parts: Parts, recording: Recording, track: Any) -> Iterator[Packet]:
    """Give the parts' packets with the recording's times."""
    times = list(chain.from_iterable(part.times for part in parts.done))
    late = max((i - shown for part in parts.done for i, shown in enumerate(part.order)), default=0)
    step = max(1, round(1 / recording.fps / recording.time_base))
    begin = 0
    for number, part in enumerate(parts.done, 1):
        with av.open(str(parts.file(number))) as container:
            packets = (packet for packet in container.demux(container.streams.video[0]) if packet.size)
            count = 0
            for packet, shown in zip(packets, part.order, strict=False):
                decoded, place = begin + count - late, begin + shown
                count += 1
                packet.time_base = recording.time_base
                packet.pts = times[place]
                packet.dts = times[decoded] if decoded >= 0 else times[0] + decoded * step
                packet.duration = times[place + 1] - times[place] if place + 1 < len(times) else step
                packet.stream = track
                yield packet
        if count != len(part.order):
            raise Unavailable(
                f"{parts.file(number)} is damaged. Delete {parts.folder} and give the command again."
            )
        begin += len(part.times)


def _seconds(packet: Packet) -> float:
    moment = packet.dts if packet.dts is not None else packet.pts
    return float((moment or 0) * (packet.time_base or Fraction(1)))


def _kept(metadata: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in metadata.items() if key.lower() not in NOT_KEPT}
