"""The whole studio on AWS, on loopback, to be looked at: `python -m tests.fakes.aws_studio [PORT]`.

The pages have to be built (`make studio` does it). It serves until Ctrl+C. Painters are those of
`tests.fakes.bedrock`, quick and of one colour; nobody can join the stage, whose other end would be Amazon's.
"""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

from cyclorama.aws import site, template
from cyclorama.aws.syncing import Bucket
from tests.fakes.deployment import Deployment
from tests.fakes.packaged import unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def deployed(cache: Path, port: int = 0) -> Iterator[Deployment]:
    """Run the template around the package, with the pages in its bucket.

    Args:
        cache: a folder where the package is kept.
        port: of the studio; 0 for any that is free.
    """
    with Deployment(template.text(), (unpacked(cache),), port=port) as deployment:
        Bucket(deployment.client("s3"), deployment.site).sync(site.objects())
        yield deployment


def main() -> None:
    """Serve until Ctrl+C, or until asked to end."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8443
    cache = user_cache_path("cyclorama-tests", appauthor=False, ensure_exists=True)
    _say("Putting it up; the first time takes a minute.")
    with suppress(KeyboardInterrupt), deployed(cache, port) as deployment:
        ((name, password),) = deployment.oidc.users.items()
        _say(f"Studio   {deployment.url}\nSign in  {name} / {password}\nCtrl+C ends it.")
        threading.Event().wait()


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
