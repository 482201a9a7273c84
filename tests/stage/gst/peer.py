# mypy: ignore-errors
"""A WHIP publisher and a WHEP player on GStreamer's webrtcbin. It runs under Debian's Python, which has gi.

    python3 peer.py publish URL CODEC [audio] [nack]
    python3 peer.py watch URL CODEC [audio]

The token is in the environment (TOKEN). Lines of JSON go out: the offer, the answer or the refusal, and what
is received. Lines come in: `colour RRGGBB`, `size WIDTH HEIGHT`, `volume NUMBER`, `ssrc NUMBER`.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import math
import os
import sys
import threading
import urllib.error
import urllib.request

import gi

for name in ("Gst", "GstApp", "GstSdp", "GstWebRTC"):
    gi.require_version(name, "1.0")
from gi.repository import GLib, Gst, GstApp, GstSdp, GstWebRTC  # noqa: E402, F401 - appsink needs GstApp

RTP = "application/x-rtp,media={},clock-rate={},encoding-name={},payload={}"
ENCODERS = {
    "VP8": "vp8enc deadline=1 keyframe-max-dist=1000 target-bitrate=400000 ! rtpvp8pay name=payloader",
    "VP9": "vp9enc deadline=1 cpu-used=8 keyframe-max-dist=1000 ! rtpvp9pay name=payloader",
    "H264": (
        "x264enc tune=zerolatency speed-preset=ultrafast bitrate=400 key-int-max=1000 "
        "! video/x-h264,profile=constrained-baseline "
        "! rtph264pay name=payloader config-interval=-1 aggregate-mode=zero-latency"
    ),
}
DEPAYLOADERS = {
    "VP8": "rtpvp8depay ! vp8dec",
    "VP9": "rtpvp9depay ! vp9dec",
    "H264": "rtph264depay ! h264parse ! avdec_h264",
}
PAYLOAD_TYPES = {"VP8": 96, "VP9": 98, "H264": 102}


def say(**about):
    # in one piece: several threads tell
    sys.stdout.write(json.dumps(about) + "\n")
    sys.stdout.flush()


def rtp(kind, codec, payload_type):
    return RTP.format(kind, 90000 if kind == "video" else 48000, codec, payload_type)


class Peer:
    """One webrtcbin, and how it comes to an answer."""

    def __init__(self, url, pipeline):
        self.url = url
        self.pipeline = pipeline
        self.webrtc = pipeline.get_by_name("webrtc")
        self.offered = False
        self.webrtc.connect("on-negotiation-needed", lambda _: GLib.idle_add(self.describe))
        self.webrtc.connect("notify::ice-gathering-state", self.gathered)
        self.webrtc.connect("notify::connection-state", self.changed)
        bus = pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::error", self.failed)

    def describe(self):
        promise = Gst.Promise.new()
        self.webrtc.emit("create-offer", None, promise)
        promise.wait()
        reply = promise.get_reply()  # its offer is gone as soon as it is
        self.webrtc.emit("set-local-description", reply.get_value("offer"), None)

    def gathered(self, *_):
        if self.webrtc.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            GLib.idle_add(self.post)

    def post(self):
        if self.offered:
            return
        self.offered = True
        offer = self.webrtc.get_property("local-description").sdp.as_text()
        say(offer=offer)
        headers = {"Authorization": f"Bearer {os.environ['TOKEN']}", "Content-Type": "application/sdp"}
        request = urllib.request.Request(self.url, offer.encode(), headers)  # noqa: S310 - our own server
        try:
            with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
                text = response.read().decode()
        except urllib.error.HTTPError as error:
            say(refused=error.code, problem=json.loads(error.read()))
            return
        say(answer=text)
        _, sdp = GstSdp.SDPMessage.new_from_text(text)
        answer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, sdp)
        self.webrtc.emit("set-remote-description", answer, None)

    def changed(self, *_):
        say(state=self.webrtc.get_property("connection-state").value_nick)

    def failed(self, _, message):
        error, about = message.parse_error()
        say(error=str(error), about=about)


def publisher(url, codec, flags):
    video = (
        "videotestsrc name=source is-live=true pattern=solid-color foreground-color=0xfffe0000 "
        "! capsfilter name=size caps=video/x-raw,format=I420,width=320,height=240,framerate=15/1 "
        f"! {ENCODERS[codec]} ! {rtp('video', codec, PAYLOAD_TYPES[codec])} ! webrtc. "
    )
    audio = (
        "audiotestsrc name=sound is-live=true freq=440 ! audio/x-raw,rate=48000,channels=2 "
        "! opusenc dtx=true ! rtpopuspay dtx=true "
        f"! {rtp('audio', 'OPUS', 97)} ! webrtc. "
    )
    pipeline = Gst.parse_launch(
        "webrtcbin name=webrtc bundle-policy=max-bundle " + video + (audio if "audio" in flags else "")
    )
    peer = Peer(url, pipeline)
    for number in range(2 if "audio" in flags else 1):
        transceiver = peer.webrtc.emit("get-transceiver", number)
        transceiver.set_property("direction", GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)
        transceiver.set_property("do-nack", "nack" in flags)
    return peer


def player(url, codec, flags):
    pipeline = Gst.Pipeline()
    webrtc = Gst.ElementFactory.make("webrtcbin", "webrtc")
    webrtc.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
    pipeline.add(webrtc)
    peer = Peer(url, pipeline)
    wanted = [rtp("video", codec, PAYLOAD_TYPES[codec])]
    if "audio" in flags:
        wanted.append(rtp("audio", "OPUS", 97))
    for caps in wanted:
        peer.webrtc.emit(
            "add-transceiver", GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY, Gst.Caps.from_string(caps)
        )

    def added(_, pad):
        if pad.direction != Gst.PadDirection.SRC:
            return
        kind = pad.get_current_caps().get_structure(0).get_string("media")
        decoding = (
            f"{DEPAYLOADERS[codec]} ! videoconvert ! video/x-raw,format=RGB"
            if kind == "video"
            else "rtpopusdepay ! opusdec ! audioconvert ! audio/x-raw,format=S16LE,channels=1"
        )
        rest = Gst.parse_bin_from_description(
            f"queue ! {decoding} ! appsink name=sink emit-signals=true sync=false", True
        )
        rest.get_by_name("sink").connect("new-sample", seen if kind == "video" else heard)
        pipeline.add(rest)
        rest.sync_state_with_parent()
        pad.link(rest.get_static_pad("sink"))

    peer.webrtc.connect("pad-added", added)
    return peer


def seen(sink):
    sample = sink.emit("pull-sample")
    about = sample.get_caps().get_structure(0)
    width, height = about.get_value("width"), about.get_value("height")
    _, data = sample.get_buffer().map(Gst.MapFlags.READ)
    stride = (3 * width + 3) & ~3
    rows = [bytes(data.data)[stride * row : stride * row + 3 * width] for row in range(0, height, 8)]
    sample.get_buffer().unmap(data)
    pixels = b"".join(rows)
    say(colour=[round(sum(pixels[at::3]) / len(pixels) * 3) for at in range(3)], size=[width, height])
    return Gst.FlowReturn.OK


def heard(sink):
    sample = sink.emit("pull-sample")
    _, data = sample.get_buffer().map(Gst.MapFlags.READ)
    wave = memoryview(data.data).cast("h").tolist()
    sample.get_buffer().unmap(data)
    crossings = sum(before < 0 <= after for before, after in itertools.pairwise(wave))
    level = math.sqrt(sum(each * each for each in wave) / max(len(wave), 1)) / 32768
    say(level=level, hertz=crossings / (len(wave) / 48000) if wave else 0)
    return Gst.FlowReturn.OK


def obey(pipeline):
    for line in sys.stdin:
        what, *words = line.split()
        GLib.idle_add(change, pipeline, what, words)


def change(pipeline, what, words):
    if what == "colour":
        pipeline.get_by_name("source").set_property("foreground-color", 0xFF000000 | int(words[0], 16))
    elif what == "size":
        caps = "video/x-raw,format=I420,width={},height={},framerate=15/1".format(*words)
        pipeline.get_by_name("size").set_property("caps", Gst.Caps.from_string(caps))
    elif what == "volume":
        pipeline.get_by_name("sound").set_property("volume", float(words[0]))
    elif what == "ssrc":
        pad = pipeline.get_by_name("payloader").get_static_pad("sink").get_peer()
        pad.add_probe(Gst.PadProbeType.IDLE, begin_again, pipeline, int(words[0]))


def begin_again(before, _, pipeline, ssrc):
    """Put another payloader into the old one's place, while nothing flows."""
    old = pipeline.get_by_name("payloader")
    after = old.get_static_pad("src").get_peer()
    new = Gst.ElementFactory.make(old.get_factory().get_name(), None)
    for name in ("config-interval", "aggregate-mode"):
        if old.find_property(name):
            new.set_property(name, old.get_property(name))
    new.set_property("ssrc", ssrc)
    old.set_state(Gst.State.NULL)
    pipeline.remove(old)
    pipeline.add(new)
    before.link(new.get_static_pad("sink"))
    new.get_static_pad("src").link(after)
    new.sync_state_with_parent()
    return Gst.PadProbeReturn.REMOVE


def main(role, url, codec, *flags):
    Gst.init(None)
    peer = {"publish": publisher, "watch": player}[role](url, codec, flags)
    threading.Thread(target=obey, args=(peer.pipeline,), daemon=True).start()
    peer.pipeline.set_state(Gst.State.PLAYING)
    with contextlib.suppress(KeyboardInterrupt):
        GLib.MainLoop().run()


main(*sys.argv[1:])
