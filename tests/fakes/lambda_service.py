"""AWS Lambda on loopback: its Invoke, and behind it functions that really run, in processes of their own."""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.fakes.aws import NotTaken, Reply, Request, error
from tests.fakes.aws_server import FakeAws
from tests.fakes.lambda_runtime import LARGEST, Environment, Function, Outcome, runtime_folder
from tests.fakes.roles import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_EVENT = 1024 * 1024
"""Bytes of an asynchronous invocation."""
INVOKED = {"RequestResponse": 200, "Event": 202, "DryRun": 204}


class FakeLambda(FakeAws):
    """Serves while its context is open, under `endpoint_url`; the functions' processes end with it.

    Args:
        region: for which requests must be signed.
        concurrency: how many environments a function has at most; what comes beyond that waits for one.

    Attributes:
        variables: what every function's environment has besides: credentials, and where other services are.
        outcomes: what became of each asynchronous invocation, in the order in which they ended.
    """

    def __init__(self, region: str = "us-west-2", concurrency: int = 2) -> None:
        super().__init__({"lambda": ("Invoke",)}, region)
        self.variables: dict[str, str] = {}
        self.outcomes: list[Outcome] = []
        self._functions: dict[str, Function] = {}
        self._idle: dict[str, list[Environment]] = defaultdict(list)
        self._all: dict[str, list[Environment]] = defaultdict(list)
        self._room: dict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(concurrency))
        self._pool_lock = threading.Lock()
        self._workers = ThreadPoolExecutor(thread_name_prefix="lambda")
        self._closing = False

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="lambda-"))
        self._runtime = runtime_folder(self._folder / "runtime")
        return super().__enter__()

    def __exit__(self, *details: object) -> None:
        with self._pool_lock:
            self._closing = True
            environments = [each for all_of_one in self._all.values() for each in all_of_one]
        for environment in environments:
            environment.close()
        self._workers.shutdown()
        super().__exit__(*details)
        shutil.rmtree(self._folder)

    def create(self, function: Function) -> None:
        """Make a function, or another version of it; what runs of the last one is ended when it is idle."""
        with self._pool_lock:
            self._functions[function.name] = function

    def function(self, name: str) -> Function:
        """Return a function as it is now."""
        return self._functions[name]

    def log(self, name: str) -> str:
        """Return what a function has printed."""
        log = self._log(name)
        return log.read_text() if log.exists() else ""

    def environments(self, name: str) -> list[Environment]:
        """Return all that a function has and had."""
        return self._all[name]

    def start(self, name: str, payload: bytes) -> Future[Outcome]:
        """Invoke a function.

        Raises:
            NotTaken: there is none of this name, or the payload is too large.
        """
        name = name.rpartition(":")[2]
        if name not in self._functions:
            arn = f"arn:aws:lambda:{self.region}:123456789012:function:{name}"
            raise NotTaken(error(404, "ResourceNotFoundException", f"Function not found: {arn}"))
        if len(payload) > LARGEST:
            raise NotTaken(
                error(
                    413,
                    "RequestTooLargeException",
                    f"Request must be smaller than {LARGEST} bytes for the InvokeFunction operation",
                )
            )
        return self._workers.submit(self._run, name, payload)

    def usual(self, request: Request) -> Reply:
        """Answer Invoke."""
        name, how = request.params["FunctionName"], request.params.get("InvocationType", "RequestResponse")
        payload = request.params.get("Payload") or b"{}"
        try:
            json.loads(payload)
        except ValueError as broken:
            text = f"Could not parse request body into json: {broken}"
            raise NotTaken(error(400, "InvalidRequestContentException", text)) from broken
        if how == "Event":
            if len(payload) > LARGEST_EVENT:
                text = f"{len(payload)} byte payload is too large for the Event invocation type"
                raise NotTaken(error(413, "RequestTooLargeException", text))
            self._start_event(name, payload)
            return Reply(b"", INVOKED[how])
        if how == "DryRun":
            return Reply(b"", INVOKED[how])
        outcome = self.start(name, payload).result()
        headers = {"X-Amz-Executed-Version": "$LATEST"}
        if outcome.failed:
            headers["X-Amz-Function-Error"] = "Unhandled"
        return Reply(outcome.payload, INVOKED[how], headers)

    def _start_event(self, name: str, payload: bytes) -> None:
        """Invoke a function for nobody who waits; try it again as its configuration says."""
        left = self._functions[name.rpartition(":")[2]].retries if name in self._functions else 0

        def ended(future: Future[Outcome]) -> None:
            nonlocal left
            outcome = future.result()
            if outcome.failed and left and not self._closing:
                left -= 1
                self.start(name, payload).add_done_callback(ended)
            else:
                self.outcomes.append(outcome)

        self.start(name, payload).add_done_callback(ended)

    def _run(self, name: str, payload: bytes) -> Outcome:
        with self._room[name], self._environment(name) as environment:
            return environment.invoke(payload)

    @contextmanager
    def _environment(self, name: str) -> Iterator[Environment]:
        """Give an environment that waits for an invocation, or a new one."""
        with self._pool_lock:
            function = self._functions[name]
            idle = self._idle[name]
            while idle and not (idle[-1].alive and idle[-1].function is function):
                idle.pop().close()
            if idle:
                environment = idle.pop()
            elif self._closing:
                raise RuntimeError("Lambda is closed.")
            else:
                scratch = self._folder / f"{name}-{len(self._all[name])}"
                environment = Environment(
                    function, self._runtime, scratch, self._log(name), _keys(name) | self.variables
                )
                self._all[name].append(environment)
        yield environment
        with self._pool_lock:
            self._idle[name].append(environment)

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"


def _keys(name: str) -> dict[str, str]:
    """Return credentials as Lambda gives a function those of its role."""
    return {
        "AWS_ACCESS_KEY_ID": key_of(name),
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "testing",
    }
