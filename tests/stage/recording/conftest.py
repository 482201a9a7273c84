"""The server of the stage's tests."""

from ..conftest import server, signer

__all__ = ["server", "signer"]
