"""What the errors of the OpenAI SDK mean to the creator."""

from __future__ import annotations

import math

import openai

from cyclorama.errors import (
    AccessDenied,
    CredentialsRefused,
    CycloramaError,
    GenerationFailed,
    InvalidRequest,
    ModelUnavailable,
    NotConfigured,
    PromptRefused,
    Throttled,
    Unavailable,
)

REFUSALS = {"moderation_blocked", "content_policy_violation", "content_filter"}
NO_CREDIT = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}


def told(error: openai.APIError, host: str, model: str, key: str) -> CycloramaError:
    """Return what `error` means, when `host` was asked for a picture by `model`, with `key` or without."""
    if isinstance(error, openai.APITimeoutError):
        return too_slow(host)
    if not isinstance(error, openai.APIStatusError):
        return Unavailable(f"{host} cannot be reached. Check that the server runs, and openai_url.")
    status, said = error.status_code, sentence(error)
    reasons = {error.code, error.type}
    if reasons & REFUSALS:
        return PromptRefused(f"{host} does not paint this: {said} Say it in other words.")
    if reasons & NO_CREDIT:
        return AccessDenied(f"Your account at {host} has no credit left. Top it up, or raise its limit.")
    if status == 401:
        # its own words are left out: some servers repeat the key
        what = "does not know this API key" if key else "wants an API key"
        return CredentialsRefused(f"{host} {what}. Set openai_key to one that it knows.")
    if status == 403:
        return AccessDenied(f"Your account at {host} may not use {model or 'its model'}: {said}")
    if status == 404 and (error.code == "model_not_found" or "model" in said.lower()):
        wanted = f"the model {model}" if model else "no model chosen"
        return ModelUnavailable(
            f"{host} cannot paint with {wanted}: {said} Set openai_model to one that it has."
        )
    if status < 400 or status in {404, 405}:
        return NotConfigured(
            f"{host} has no images API at that address. Check openai_url; it often ends in /v1."
        )
    if status == 429:
        return Throttled(f"{host} wants to be asked less often. Try again a little later.", _wait(error))
    if status >= 500:
        return GenerationFailed(f"{host} failed ({status}): {said} Try again in a minute.")
    return InvalidRequest(
        f"{host} refuses the request: {said} It may want other sizes or fields: see openai_sizes and "
        "openai_fields."
    )


def too_slow(host: str) -> Unavailable:
    """Return the error of a server that takes too long."""
    return Unavailable(f"{host} did not answer in time. It may have too much to do: try again in a minute.")


def sentence(error: openai.APIStatusError) -> str:
    """Return what the server said, as a sentence; OpenAI calls it `message`, many others `detail`."""
    body = error.body
    said = (body.get("message") or body.get("detail")) if isinstance(body, dict) else body
    said = clip(str(said or error.response.reason_phrase or "it does not say why"))
    return said if said.endswith((".", "!", "?", "…")) else f"{said}."


def clip(words: str, most: int = 300) -> str:
    """Return `words` on one line, short enough to be read."""
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 1] + "…"


def _wait(error: openai.APIStatusError) -> int | None:
    try:
        return max(1, math.ceil(float(error.response.headers["retry-after"])))
    except (KeyError, ValueError, OverflowError):
        return None
