"""Threads that are waited for, but not for ever."""

from __future__ import annotations

import threading


def join(thread: threading.Thread, timeout: float) -> bool:
    """Wait so many seconds for a thread's end, unless it is the caller's own; say whether it came."""
    if thread is not threading.current_thread():
        thread.join(timeout)
    return not thread.is_alive()
