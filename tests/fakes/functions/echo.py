"""A function for tests of the fake of Lambda itself: it does what its event says."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import Any

STARTED = time.time()
counted = 0


def _count() -> None:
    global counted  # noqa: PLW0603
    while True:
        counted += 1
        time.sleep(0.01)


def handler(event: dict[str, Any], context: Any) -> Any:
    """Do what `do` says with `with`."""
    match event["do"]:
        case "tell":
            return {
                "variables": dict(os.environ),
                "path": sys.path,
                "function": context.function_name,
                "arn": context.invoked_function_arn,
                "left": context.get_remaining_time_in_millis(),
                "request": context.aws_request_id,
                "process": os.getpid(),
            }
        case "wait":
            time.sleep(event["with"])
            return {"waited": event["with"]}
        case "die":
            os._exit(event["with"])
        case "raise":
            raise RuntimeError(event["with"])
        case "answer":
            return "x" * event["with"]
        case "count":
            threading.Thread(target=_count, daemon=True).start()
            return 0
        case "counted":
            return counted
