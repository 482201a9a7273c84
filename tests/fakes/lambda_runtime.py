"""AWS Lambda's execution environment on loopback: a function in a process, run by Amazon's runtime client.

The process is started and asked as Lambda does it (docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html):
it gets the function's code and the runtime's own modules, nothing else of this machine, and asks an API of
its own for one invocation after the other. Between invocations it is frozen. It is ended when an invocation
takes longer than the function may.
"""

from __future__ import annotations

import importlib.util
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fakes.lambda_api import Event, RuntimeApi

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 6 * 1024 * 1024
"""Bytes of an event or an answer."""
LARGEST_ANSWER = LARGEST + 100
"""Lambda gives answers a hundred bytes more."""
INIT_S = 60.0
"""Until a function must have asked for its first event. Lambda gives 10 s; a busy machine may need more."""
RUNTIME = (
    "awslambdaric",
    "boto3",
    "botocore",
    "dateutil",
    "jmespath",
    "runtime_client",
    "s3transfer",
    "simplejson",
    "six",
    "snapshot_restore_py",
    "urllib3",
)
"""What Lambda's Python brings beside the standard library."""


@dataclass(frozen=True)
class Function:
    """A function as it was created.

    Attributes:
        name: of the function.
        handler: such as `cyclorama.aws.functions.api.handler`.
        code: the unpacked package, or several folders that together are one.
        variables: its environment.
        timeout: seconds that an invocation may take.
        memory: megabytes; told to the function and not enforced.
        retries: how often an asynchronous invocation that failed is tried again.
        region, account: where it is.
        log_format: "Text", or "JSON" for one object a line.
    """

    name: str
    handler: str
    code: tuple[Path, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 3
    memory: int = 128
    retries: int = 2
    region: str = "us-west-2"
    account: str = "123456789012"
    log_format: str = "Text"

    @property
    def arn(self) -> str:
        """The function's address."""
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{self.name}"


@dataclass(frozen=True)
class Outcome:
    """What became of an invocation: the handler's answer, or an error as Lambda tells it (JSON)."""

    payload: bytes
    failed: bool = False

    @property
    def error(self) -> str:
        """What kind of error it was, or ""."""
        return str(json.loads(self.payload).get("errorType", "")) if self.failed else ""


def runtime_folder(folder: Path) -> Path:
    """Fill `folder` with what Lambda's Python brings, as `/var/runtime` has it there; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in RUNTIME:
        found = importlib.util.find_spec(name)
        assert found is not None, f"{name} is not installed"
        assert found.origin is not None
        place = Path(found.origin)
        place = place.parent if place.name == "__init__.py" else place
        link = folder / place.name
        if not link.exists():
            link.symlink_to(place)
    return folder


class Environment:
    """One process that runs one invocation of `function` at a time, until it fails in it or is closed.

    Args:
        function: what it runs.
        runtime: a folder made by `runtime_folder`.
        scratch: its `/tmp`, which is its own.
        log: a file to which it adds what the process prints.
        variables: more of the environment: credentials, and where services are.

    Attributes:
        init_ms: milliseconds from the start of the process to its first question for an event; 0 before that.
        init_cpu_ms: what of them it computed, which does not depend on what else this machine does.
        memory_mb: what the process held after its last invocation.
    """

    def __init__(
        self, function: Function, runtime: Path, scratch: Path, log: Path, variables: Mapping[str, str]
    ) -> None:
        self.function = function
        self.init_ms = 0.0
        self.init_cpu_ms = 0.0
        self.memory_mb = 0.0
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._events: queue.Queue[Event | None] = queue.Queue()
        self._outcomes: queue.Queue[Outcome] = queue.Queue()
        self._request_id = ""
        self._api = RuntimeApi(self)
        self._serving = threading.Thread(target=self._api.serve_forever, args=(0.01,))
        self._serving.start()
        scratch.mkdir(parents=True)
        self._began = time.monotonic()
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                # without `site` there is nothing of this machine's packages
                [sys.executable, "-S", "-W", "error", "-m", "awslambdaric", function.handler],
                cwd=function.code[0],
                env=self._variables(runtime, scratch) | dict(variables),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._watching = threading.Thread(target=self._watch)
        self._watching.start()

    def _variables(self, runtime: Path, scratch: Path) -> dict[str, str]:
        function = self.function
        # Each environment has a `/tmp` of its own; this machine has one for everybody.
        own = {
            name: str(scratch) + value.removeprefix("/tmp")  # noqa: S108
            if value == "/tmp" or value.startswith("/tmp/")  # noqa: S108
            else value
            for name, value in function.variables.items()
        }
        return {
            "AWS_DEFAULT_REGION": function.region,
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.14",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_FORMAT": function.log_format,
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": f"2026/01/01/[$LATEST]{uuid.uuid4().hex}",
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._api.server_port}",
            "AWS_REGION": function.region,
            "LAMBDA_RUNTIME_DIR": str(runtime),
            "LAMBDA_TASK_ROOT": str(function.code[0]),
            "LANG": "en_US.UTF-8",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "PYTHONDONTWRITEBYTECODE": "1",  # the code is read-only there
            "PYTHONPATH": os.pathsep.join(map(str, (*function.code, runtime))),
            "TMPDIR": str(scratch),
            "TZ": ":UTC",
            "_HANDLER": function.handler,
            **own,
        }

    @property
    def alive(self) -> bool:
        """Whether it can take another invocation."""
        return self._process.poll() is None

    def invoke(self, payload: bytes) -> Outcome:
        """Run one invocation and wait for its outcome."""
        until = time.monotonic() + INIT_S
        while not self._ready.wait(0.02):
            if not self._outcomes.empty():
                return self._outcomes.get()
            if time.monotonic() > until:
                self._kill()
                return _error("Sandbox.Timedout", f"Init did not end within {INIT_S:g} s")
        event = Event(str(uuid.uuid4()), self.function.arn, payload, time.time() + self.function.timeout)
        with self._lock:
            self._request_id = event.id
            self._events.put(event)
            self._signal(signal.SIGCONT)
        try:
            return self._outcomes.get(timeout=self.function.timeout)
        except queue.Empty:
            self._kill()
            took = f"Task timed out after {self.function.timeout:.2f} seconds"
            return _error("Sandbox.Timedout", f"RequestId: {event.id} Error: {took}")

    def kill(self) -> None:
        """End the process as one that needs too much memory is ended."""
        self._kill()

    def hang(self) -> None:
        """Let the process come to nothing any more, until it is killed."""
        self._signal(signal.SIGSTOP)

    def close(self) -> None:
        """End it, whatever it is doing."""
        self._kill()
        self._watching.join()
        self._events.put(None)
        self._api.shutdown()
        self._serving.join()
        self._api.server_close()

    def next_event(self) -> Event | None:
        """Give the next event, when there is one; the process is frozen while there is none."""
        with self._lock:
            if not self._ready.is_set():
                self.init_ms = (time.monotonic() - self._began) * 1000
                self.init_cpu_ms = _cpu_ms(self._process.pid)
                self._ready.set()
            if self._events.empty():
                self._signal(signal.SIGSTOP)
        return self._events.get()

    def take(self, request_id: str, sent: bytes, *, failed: bool) -> int:
        """Take what became of an invocation; return the status with which to say so."""
        if request_id != self._request_id:
            return 400
        self.memory_mb = _memory_mb(self._process.pid)
        if len(sent) > LARGEST_ANSWER:
            too_large = (
                f"Response payload size exceeded maximum allowed payload size ({LARGEST_ANSWER} bytes)."
            )
            self._outcomes.put(_error("Function.ResponseSizeTooLarge", too_large))
            return 413
        self._outcomes.put(Outcome(sent, failed))
        return 202

    def take_init_error(self, sent: bytes) -> None:
        """Take why the function could not begin; its process ends by itself."""
        self._outcomes.put(Outcome(sent, failed=True))

    def _watch(self) -> None:
        code = self._process.wait()
        how = f"exit status {code}" if code >= 0 else f"signal: {signal.Signals(-code).name}"
        said = f"RequestId: {self._request_id} Error: Runtime exited with error: {how}"
        self._outcomes.put(_error("Runtime.ExitError", said))

    def _signal(self, number: signal.Signals) -> None:
        if self.alive:
            self._process.send_signal(number)

    def _kill(self) -> None:
        self._signal(signal.SIGKILL)
        self._process.wait()


def _cpu_ms(process: int) -> float:
    """Return for how long a process has computed."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) * 1000 / os.sysconf("SC_CLK_TCK")


def _memory_mb(process: int) -> float:
    """Return what of a process is in memory."""
    pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _error(kind: str, text: str) -> Outcome:
    return Outcome(json.dumps({"errorType": kind, "errorMessage": text}).encode(), failed=True)
