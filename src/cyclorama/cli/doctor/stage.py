"""Whether those who publish and watch can reach the stage."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

from cyclorama import extras, network
from cyclorama.cli.doctor import ice
from cyclorama.cli.doctor.check import Check
from cyclorama.errors import CycloramaError
from cyclorama.server import tls
from cyclorama.stage.iceservers import IceServers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cyclorama.settings import Settings

SOON = timedelta(days=14)


def checks(settings: Settings) -> Iterator[Check]:
    """Look at the stage's backend and at what stands between it and the network."""
    yield _backend(settings)
    yield _https(settings)
    if settings.stage_backend != "local":
        return  # media goes by others' servers
    servers = IceServers(settings).of("doctor")
    answers = asyncio.run(ice.ask(servers))
    for server, answer in zip(servers, answers, strict=True):
        yield _ice(server.url, answer)
    if not servers:
        yield Check("- ICE servers", "ok", "none; media goes straight to this machine's UDP port")
    yield _address(settings, {answer.public for answer in answers if answer.public})
    yield _port(settings)


def _backend(settings: Settings) -> Check:
    name = settings.stage_backend
    if name == "local":
        return Check("Stage", "ok", "local, in the server's own process")
    if extras.missing(name):
        return Check("Stage", "broken", f"{name}, which is not installed", extras.command(name))
    needed = {
        "ivs": {"ivs_key_arn": bool(settings.ivs_key_arn) or settings.ivs_key is None},
        "livekit": {
            "livekit_url": bool(settings.livekit_url),
            "livekit_key": bool(settings.livekit_key),
            "livekit_secret": bool(settings.livekit_secret.get_secret_value()),
        },
    }[name]
    if unset := [setting for setting, there in needed.items() if not there]:
        return Check("Stage", "broken", f"{name}, as set; it lacks a setting", f"Set {' and '.join(unset)}.")
    return Check("Stage", "ok", f"{name}, as set")


def _https(settings: Settings) -> Check:
    try:
        certificate = tls.certificate(settings)
        if certificate:
            certificate.context()
    except CycloramaError as error:
        return Check("- HTTPS", "broken", "the server cannot start", error.detail)
    if not certificate:
        if not settings.open_to_strangers:
            return Check("- HTTPS", "ok", "not needed: only this machine reaches the server")
        advice = (
            "Browsers give no camera without it: put a proxy in front, or set tls_cert or tls_self_signed."
        )
        return Check("- HTTPS", "optional", "not spoken by the server itself", advice)
    whose = "of our own making" if certificate.self_signed else str(certificate.chain)
    found = f"{whose}, until {certificate.expires:%Y-%m-%d}, for {', '.join(certificate.names)}"
    if certificate.expires - datetime.now(UTC) < SOON:
        return Check("- HTTPS", "optional", found, "Renew it, and start the server again.")
    unknown = [name for name in settings.allowed_hosts if not _covers(certificate, name)]
    if unknown:
        advice = f"It is not for {', '.join(unknown)} of allowed_hosts: browsers will warn there."
        return Check("- HTTPS", "optional", found, advice)
    return Check("- HTTPS", "ok", found)


def _covers(certificate: tls.Certificate, name: str) -> bool:
    wildcard = f"*.{name.partition('.')[2]}"
    return bool({name.lower(), wildcard.lower()} & {each.lower() for each in certificate.names})


def _ice(url: str, answer: ice.Answer) -> Check:
    if answer.trouble:
        return Check(f"- {url}", "broken", answer.trouble, answer.advice)
    seen = f"sees us as {answer.public}"
    return Check(f"- {url}", "ok", f"{seen}, relays from {answer.relay}" if answer.relay else seen)


def _address(settings: Settings, seen: set[str]) -> Check:
    """Compare what we advertise with our own addresses and with those that STUN servers have `seen`."""
    name, own = "- Address", set(network.own_addresses())
    # A server on this very machine sees loopback, which says nothing.
    seen = {address for address in seen if not ip_address(address).is_loopback}
    if wrong := [each for each in settings.advertised_addresses if each not in own | seen]:
        found = f"{', '.join(wrong)} is advertised, and is not this machine's own"
        if seen:
            advice = f"STUN servers see {', '.join(sorted(seen))}. Set advertised_addresses to that."
            return Check(name, "optional", found, advice)
        return Check(name, "ok", found, "With a stun: server in ice_servers, this can be checked.")
    if settings.advertised_addresses:
        return Check(name, "ok", f"{', '.join(settings.advertised_addresses)} is advertised")
    if seen - own:
        public = ", ".join(sorted(seen - own))
        advice = (
            f"To be reached from there, set advertised_addresses={public} and media_port, and forward that "
            "UDP port to this machine."
        )
        return Check(name, "optional", f"behind NAT: the outside sees {public}", advice)
    if not own:
        return Check(name, "optional", "none but loopback", "Is this machine on a network?")
    return Check(name, "ok", ", ".join(sorted(own, key=lambda each: (":" in each, each))))


def _port(settings: Settings) -> Check:
    name, number = "- Media port", settings.media_port
    if not number:
        advice = "Where a firewall is in between, set media_port and let it in." * settings.open_to_strangers
        return Check(name, "ok", "any free UDP port", advice)
    taken = [address for address in (*network.own_addresses(), "127.0.0.1") if not _is_free(address, number)]
    if taken:
        advice = "A studio may be running already; else set another media_port."
        return Check(name, "optional", f"UDP {number} cannot be used at {', '.join(taken)}", advice)
    return Check(name, "ok", f"UDP {number} is free")


def _is_free(address: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True
