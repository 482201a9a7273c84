"""Publishes one colour and a tone with ffmpeg's own WHIP muxer, as it is in PyAV.

    python -m tests.stage.muxer URL FOLDER video audio

The token is in the environment (TOKEN); `FOLDER` gets a certificate. It runs in a process of its own, because
the muxer waits for the server without letting go of the interpreter.
"""

from __future__ import annotations

import os
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from aiortc import RTCCertificate
from cryptography.hazmat.primitives import serialization

from .clients import HEIGHT, RATE, RED, SAMPLES, WIDTH

if TYPE_CHECKING:
    from collections.abc import Collection

FPS = 15


def main(url: str, folder: Path, kinds: Collection[str]) -> None:
    certificate = RTCCertificate.generateCertificate()
    pem = serialization.Encoding.PEM
    folder.joinpath("cert.pem").write_bytes(certificate._cert.public_bytes(pem))
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    folder.joinpath("key.pem").write_bytes(certificate._key.private_bytes(pem, *private))
    options = {
        "authorization": os.environ["TOKEN"],
        "cert_file": str(folder / "cert.pem"),
        "key_file": str(folder / "key.pem"),
    }
    with av.open(url, "w", format="whip", options=options) as output:
        if "video" in kinds:
            video = output.add_stream("libx264", rate=FPS)
            video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            video.options = {"profile": "baseline", "tune": "zerolatency", "preset": "ultrafast", "bf": "0"}
            video.codec_context.gop_size = FPS
            video.codec_context.flags |= av.codec.context.Flags.global_header
        if "audio" in kinds:
            audio = output.add_stream("libopus", rate=RATE)
            audio.layout = "stereo"
        began = time.monotonic()
        number = samples = 0
        while True:
            if "video" in kinds:
                picture = red()
                picture.pts, picture.time_base = number, Fraction(1, FPS)
                output.mux(video.encode(picture))
            number += 1
            while "audio" in kinds and samples < number * RATE // FPS:
                output.mux(audio.encode(tone(samples)))
                samples += SAMPLES
            time.sleep(max(0, began + number / FPS - time.monotonic()))


def red() -> av.VideoFrame:
    y, u, v = RED.yuv
    planes = [np.full(HEIGHT * WIDTH, y), np.full(HEIGHT * WIDTH // 4, u), np.full(HEIGHT * WIDTH // 4, v)]
    yuv = np.concatenate(planes).astype(np.uint8).reshape(-1, WIDTH)
    return av.VideoFrame.from_ndarray(yuv, format="yuv420p")


def tone(begins: int) -> av.AudioFrame:
    wave = np.sin(2 * np.pi * 440 * (begins + np.arange(SAMPLES)) / RATE) * 20000
    both = np.repeat(wave.astype(np.int16), 2).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(both, format="s16", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = RATE, begins, Fraction(1, RATE)
    return frame


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
