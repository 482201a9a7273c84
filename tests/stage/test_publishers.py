"""What publishers do that are not like a browser: the stream goes on for whoever watches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pytest
from aiortc import RTCCertificate
from aiortc.rtcdtlstransport import generate_certificate
from cryptography.hazmat.primitives.asymmetric import rsa

from .clients import RED, Colour, Publisher, Tone, Viewer, until

if TYPE_CHECKING:
    from .conftest import Running

pytestmark = pytest.mark.stage


class Rsa(RTCCertificate):
    """A certificate as GStreamer has it."""

    @classmethod
    def generateCertificate(cls) -> Rsa:  # noqa: N802 - aiortc's name
        key: Any = rsa.generate_private_key(65537, 2048)
        return cls(key, generate_certificate(key))

    def _create_ssl_context(self, srtp_profiles: list[Any]) -> Any:
        context = super()._create_ssl_context(srtp_profiles)
        context.set_cipher_list(b"ECDHE-RSA-AES128-GCM-SHA256")
        return context


async def test_a_publisher_with_an_rsa_certificate_is_greeted(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with Publisher(server.url, host) as publisher, Viewer(server.url, guest) as viewer:
        publisher.pc._RTCPeerConnection__certificates = [Rsa.generateCertificate()]  # type: ignore[attr-defined]
        assert (await publisher.publish(Colour(RED))).status_code == httpx.codes.CREATED
        await until(lambda: server.publishing(host))
        await viewer.watch(host, ("video",))
        await viewer.until_colour(RED)


async def test_a_publisher_without_sender_reports_is_seen_and_heard(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cyclorama.stage.inlet.Inlet.take_report", lambda *_: None)
    host, guest = server.token(publish=True), server.token(publish=False)
    async with Publisher(server.url, host) as publisher, Viewer(server.url, guest) as viewer:
        await publisher.publish(Colour(RED), Tone())
        await until(lambda: server.publishing(host))
        await viewer.watch(host)
        await viewer.until_colour(RED)
        assert max([np.abs(await viewer.sound()).max() for _ in range(60)]) > 5000
