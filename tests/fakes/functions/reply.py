"""A function behind an API, for tests of the fake of the API: it says what came, or answers as it is told."""

from __future__ import annotations

import json
import time
from typing import Any


def handler(event: dict[str, Any], _: Any) -> Any:
    """Answer with the event, or with what its query `answer` says."""
    query = event.get("queryStringParameters", {})
    if "wait" in query:
        time.sleep(float(query["wait"]))
    if "answer" in query:
        return json.loads(query["answer"])
    if "raise" in query:
        raise RuntimeError(query["raise"])
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(event)}
