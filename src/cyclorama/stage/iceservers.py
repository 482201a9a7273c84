"""STUN and TURN servers as clients of a stage get them, with credentials that end by themselves."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cyclorama.iceurl import IceUrl

if TYPE_CHECKING:
    from cyclorama.settings import Settings

# A relay checks credentials when it is asked for an address, not while it relays. The page asks for new ones
# after an hour (web/src/stage/ice.ts).
LIFETIME_S = 6 * 3600


@dataclass(frozen=True)
class IceServer:
    """A server and, of TURN, what opens it."""

    url: str
    username: str = ""
    credential: str = field(default="", repr=False)

    @property
    def link(self) -> str:
        """The value of the `Link` header that tells of it (RFC 9725, 4.6)."""
        parts = [f"<{self.url}>", 'rel="ice-server"']
        if self.credential:
            parts += [f'username="{self.username}"', f'credential="{self.credential}"']
            parts += ['credential-type="password"']
        return "; ".join(parts)


class IceServers:
    """The servers of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._urls = settings.ice_servers
        self._secret = settings.turn_secret

    def __bool__(self) -> bool:
        return bool(self._urls)

    def of(self, participant_id: str) -> list[IceServer]:
        """Return them for one participant.

        TURN credentials are those of draft-uberti-behave-turn-rest-00, 2.2: the username is the Unix time at
        which they end, a colon and the participant's id; the credential is
        Base64(HMAC-SHA1(secret, username)). `participant_id` is a token's `jti`, which has neither quotes nor
        blanks.
        """
        username = f"{int(time.time()) + LIFETIME_S}:{participant_id}"
        secret = self._secret.get_secret_value().encode()
        # SHA-1 is the draft's, and what TURN servers expect; it is a keyed hash here, for which it holds.
        signature = hmac.new(secret, username.encode(), hashlib.sha1)
        credential = base64.b64encode(signature.digest()).decode()
        return [
            IceServer(url, username, credential) if IceUrl.parse(url).is_turn else IceServer(url)
            for url in self._urls
        ]
