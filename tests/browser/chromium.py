"""The Chromium of creator and viewer, and the flags that give it a camera and take the network away."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WANTED = os.environ.get("CYCLORAMA_CHROMIUM")
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
NO_OUTSIDE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
# Every profile has a window of its own, and its address bar loads two pages for suggestions that nobody sees:
# 0.7 s of a processor for each, just when a test's own page starts.
NO_SUGGESTIONS = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
# Of several such flags Chromium takes the last one alone, and this is what Playwright's own says.
OFF_FOR_PLAYWRIGHT = (
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)


def executable() -> str:
    """Return the path of an installed Chromium."""
    for name in (WANTED,) if WANTED else NAMES:
        if path := shutil.which(name):
            return path
    raise RuntimeError(
        f"No Chromium found (looked for {WANTED or ', '.join(NAMES)}). Install one, on Debian with "
        "`apt install chromium`, or set CYCLORAMA_CHROMIUM to its path."
    )


def flags(
    camera: Path | None = None,
    microphone: Path | None = None,
    network: Path | None = None,
    host: str = "localhost",
) -> list[str]:
    """Return flags for a browser with these files for devices and for its network log.

    It has no way out but to this machine, which may also be reached as `host`.
    """
    off = ",".join((*OFF_FOR_PLAYWRIGHT, *NO_SUGGESTIONS))
    given = [f"{NO_OUTSIDE}, EXCLUDE {host}", f"--disable-features={off}"]
    if network is not None:
        given.append(f"--log-net-log={network}")
    if os.geteuid() == 0:
        given.append("--no-sandbox")
    if camera is not None:
        given += ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={camera}"]
    if microphone is not None:
        given.append(f"--use-file-for-fake-audio-capture={microphone}")
    return given


@contextmanager
def untouched(profile: Path, *given: str) -> Iterator[str]:
    """Run a browser as a user has it and yield where to reach its DevTools.

    One that Playwright launches never hides a tab and never slows a hidden one down.
    """
    command = [executable(), "--headless=new", "--remote-debugging-port=0", f"--user-data-dir={profile}"]
    command += ["--use-fake-ui-for-media-stream", *given, "about:blank"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as browser:
        assert browser.stderr is not None
        try:
            for line in browser.stderr:
                if found := re.search(r"DevTools listening on (ws://\S+)", line):
                    yield found[1]
                    break
            else:
                raise RuntimeError("Chromium ended before it could be reached.")
        finally:
            browser.terminate()
            browser.communicate(timeout=10)
