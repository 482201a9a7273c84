"""An OpenID provider of one's own: whether API Gateway and the page can use it."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx2

from cyclorama.errors import InvalidRequest

DISCOVERY = "/.well-known/openid-configuration"
PATIENCE_S = 10
ALGORITHM = "RS256"  # HTTP APIs know RSA's alone


def check(issuer: str) -> None:
    """Return when tokens of `issuer` can be checked, and the page can fetch them.

    API Gateway reads the same document (OpenID Connect Discovery 1.0, section 4) while the stack is made:
    what is wrong with it would show some minutes later, and undo all that was made by then.

    Raises:
        InvalidRequest: its document cannot be had, is another issuer's, or promises what is no use here.
    """
    address = issuer.rstrip("/") + DISCOVERY
    try:
        answer = httpx2.get(address, timeout=PATIENCE_S)
        answer.raise_for_status()
        said = answer.json()
    except (httpx2.HTTPError, ValueError) as error:
        raise InvalidRequest(
            f"{address} gives no document ({error}), so Amazon would not know the keys of --issuer. Open it "
            "in a browser: it has to be reachable from the internet."
        ) from error
    if not isinstance(said, dict) or said.get("issuer") != issuer:
        named = said.get("issuer") if isinstance(said, dict) else None
        raise InvalidRequest(
            f"{address} is of the issuer {named!r}, and --issuer is {issuer!r}. They have to be equal, "
            "letter by letter: a / at the end counts."
        )
    if not said.get("jwks_uri") or ALGORITHM not in said.get("id_token_signing_alg_values_supported", ()):
        raise InvalidRequest(
            f"--issuer {issuer} does not sign with {ALGORITHM}, and API Gateway knows RSA's keys alone. Let "
            f"your provider sign with {ALGORITHM}."
        )
    if urlsplit(str(said.get("token_endpoint", ""))).netloc != urlsplit(issuer).netloc:
        raise InvalidRequest(
            f"--issuer {issuer} gives its tokens at {said.get('token_endpoint')!r}, another host, and the "
            "studio's page may speak with the issuer's own host alone. Use a provider that has both under "
            "one name."
        )
