"""Which codecs pass through a stage, and which player can play what somebody publishes.

Media is forwarded as it is, so a codec needs no decoder here: only a name, and rules for what is compatible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiortc.codecs import is_rtx
from aiortc.rtcrtpparameters import RTCRtcpFeedback, RTCRtpCodecParameters
from aiortc.sdp import H264Profile, parse_h264_profile_level_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Codec = RTCRtpCodecParameters
Kind = str  # audio or video

PASSED: dict[Kind, frozenset[str]] = {
    "audio": frozenset({"opus"}),
    "video": frozenset({"vp8", "vp9", "h264", "av1"}),
}
NAMES = "VP8, VP9, H.264 or AV1, and Opus"
# Who plays one of these plays those before it, too (H.264, annex A.2; no interlaced picture is ever sent).
H264_PROFILES = (
    {H264Profile.PROFILE_BASELINE, H264Profile.PROFILE_CONSTRAINED_BASELINE},
    {H264Profile.PROFILE_MAIN},
    {H264Profile.PROFILE_CONSTRAINED_HIGH, H264Profile.PROFILE_HIGH},
    {H264Profile.PROFILE_PREDICTIVE_HIGH_444},
)


def passed(kind: Kind, offered: Iterable[Codec], feedback: Collection[tuple[str, str | None]]) -> list[Codec]:
    """Return those of `offered` that pass, in their order, each with its retransmission, if it has one.

    Args:
        kind: audio or video.
        offered: the codecs of an offer.
        feedback: kinds of RTCP feedback, as (type, parameter), that are agreed to where they are offered.
    """
    offered = list(offered)
    kept = []
    for codec in offered:
        if codec.name.lower() not in PASSED[kind]:
            continue
        kept.append(_with_feedback(codec, feedback))
        kept += [each for each in offered if is_rtx(each) and each.parameters.get("apt") == codec.payloadType]
    return kept


def media(codecs: Iterable[Codec]) -> list[Codec]:
    """Return `codecs` without retransmissions."""
    return [codec for codec in codecs if not is_rtx(codec)]


def retransmissions(codecs: Iterable[Codec]) -> dict[int, int]:
    """Return which payload type sends which payload type again (RFC 4588), by the latter."""
    return {_number(codec, "apt"): payload_type(codec) for codec in codecs if is_rtx(codec)}


def payload_type(codec: Codec) -> int:
    """Return the payload type; only a codec that was not read from an offer has none."""
    if codec.payloadType is None:
        raise ValueError(f"{codec.name} has no payload type")
    return codec.payloadType


def match(published: Codec, played: Iterable[Codec]) -> Codec | None:
    """Return what a player calls the `published` codec: its exact like, else one that plays it, else None."""
    alike = [codec for codec in media(played) if codec.mimeType.lower() == published.mimeType.lower()]
    alike = [codec for codec in alike if codec.clockRate == published.clockRate]
    match published.name.lower():
        case "h264":
            # A program that says nothing takes everything, though RFC 6184 has it mean single NAL units.
            alike = [codec for codec in alike if not codec.parameters or _mode(codec) >= _mode(published)]
            same = [codec for codec in alike if not codec.parameters or _h264(codec) == _h264(published)]
            wanted = _rank(published)
            return _first(
                same or [codec for codec in alike if wanted is not None and (_rank(codec) or 0) >= wanted]
            )
        case "vp9":
            return _first(
                codec for codec in alike if _number(codec, "profile-id") == _number(published, "profile-id")
            )
        case "av1":
            return _first(
                codec for codec in alike if _number(codec, "profile") == _number(published, "profile")
            )
        case _:
            return _first(alike)


def _with_feedback(codec: Codec, feedback: Collection[tuple[str, str | None]]) -> Codec:
    kept = [each for each in codec.rtcpFeedback if (each.type, each.parameter) in feedback]
    return Codec(
        mimeType=codec.mimeType,
        clockRate=codec.clockRate,
        channels=codec.channels,
        payloadType=codec.payloadType,
        rtcpFeedback=list({(each.type, each.parameter): each for each in kept}.values()),
        parameters=codec.parameters,
    )


def has_feedback(codecs: Iterable[Codec], kind: str, parameter: str | None = None) -> bool:
    """Whether any of `codecs` has agreed to this kind of RTCP feedback."""
    wanted = RTCRtcpFeedback(type=kind, parameter=parameter)
    return any(wanted in codec.rtcpFeedback for codec in codecs)


def _mode(codec: Codec) -> int:
    return _number(codec, "packetization-mode")


def _h264(codec: Codec) -> H264Profile | None:
    try:
        return parse_h264_profile_level_id(str(codec.parameters.get("profile-level-id", "42E01F")))[0]
    except ValueError:
        return None


def _rank(codec: Codec) -> int | None:
    profile = _h264(codec)
    return next((rank for rank, profiles in enumerate(H264_PROFILES) if profile in profiles), None)


def _number(codec: Codec, name: str) -> int:
    value = str(codec.parameters.get(name, 0))
    return int(value) if value.isdecimal() else 0


def _first(codecs: Iterable[Codec]) -> Codec | None:
    return next(iter(codecs), None)
