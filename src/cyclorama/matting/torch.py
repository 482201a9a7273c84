"""The package's models in PyTorch, for many streams of one process in one batch."""

from __future__ import annotations

import threading
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from cyclorama.errors import Conflict, MissingExtra, NotFound, instead
from cyclorama.matting import Model, graph, models

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAVING_S = 2.0
"""How long the end waits for a device that is busy. One that hangs is left behind."""
PATIENCE_S = 0.004
"""How long the first picture of a batch waits for the others."""


class TorchBatch:
    """Runs one of the package's models on a GPU for many streams: each takes a matter from `matter()`.

    What they ask within a few milliseconds of one another is one batch. Answers are in float32, and
    LiteRT's but for the order of sums: confidences to within 0.002.

    Args:
        name: "landscape", "square" or "multiclass".
        device: "cuda", "cuda:1", "mps" or "cpu"; "auto" takes the first of them that is there.
        most: pictures in one batch.

    Raises:
        NotFound: there is no such model.
        MissingExtra: PyTorch or LiteRT's package, which has the model files' schema, is not installed.
    """

    def __init__(self, name: str = "multiclass", device: str = "auto", most: int = 16) -> None:
        if name not in (known := models()):
            raise NotFound(f"There is no model {name!r}. {instead(name, known)}")
        if find_spec("torch") is None:
            raise MissingExtra(
                "Matting in batches needs torch, which is not installed here. "
                "Install it with: pip install torch"
            )
        import torch

        from cyclorama.matting.torch_graph import TorchGraph

        self.name = name
        self.model: Model = known[name]
        self.device = _best() if device == "auto" else device
        self.largest = 0
        """Pictures in the largest batch so far."""
        self._graph = TorchGraph(graph.read(self.model.read()), torch.device(self.device))
        self._most = most
        self._changed = threading.Condition()
        self._waiting: list[BatchMatter] = []
        self._matters: set[BatchMatter] = set()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=f"batches of {name}", daemon=True)
        self._thread.start()

    def matter(self) -> BatchMatter:
        """Return a matter for one more stream."""
        with self._changed:
            if self._closed:
                raise Conflict("The models' batch is closed. Make another one.")
            matter = BatchMatter(self)
            self._matters.add(matter)
        return matter

    def close(self) -> None:
        """Let go of the model, also twice; who waits for an answer gets Conflict."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not threading.current_thread():
            self._thread.join(LEAVING_S)

    def ask(self, matter: BatchMatter) -> None:
        """Put a matter's picture into the next batch and wait for its answer."""
        with self._changed:
            matter.answer = None
            self._waiting.append(matter)
            self._changed.notify_all()
            self._changed.wait_for(lambda: matter.answer is not None or self._closed)
            if matter.answer is None:
                raise Conflict("The models' batch was closed while a picture was in it. Make another one.")

    def leave(self, matter: BatchMatter) -> None:
        """Wait for this one no more."""
        with self._changed:
            self._matters.discard(matter)
            self._changed.notify_all()

    def _work(self) -> None:
        while (batch := self._gather()) is not None:
            answers: list[NDArray[np.float32] | Exception]
            try:
                answers = list(self._run([matter.picture for matter in batch]))
            except Exception as error:
                answers = [error] * len(batch)
            with self._changed:
                self.largest = max(self.largest, len(batch))
                for matter, answer in zip(batch, answers, strict=True):
                    matter.answer = answer
                self._changed.notify_all()

    def _gather(self) -> list[BatchMatter] | None:
        """Wait for a picture, and a moment longer for those of the other streams; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            end = time.monotonic() + PATIENCE_S
            while not self._closed and len(self._waiting) < min(self._most, len(self._matters)):
                if (left := end - time.monotonic()) <= 0:
                    break
                self._changed.wait(left)
            if self._closed:
                return None
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            return batch

    def _run(self, pictures: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        import torch

        answers: NDArray[np.float32] = self._graph.run(torch.from_numpy(np.stack(pictures))).cpu().numpy()
        return answers


class BatchMatter:
    """A `Matter` for one stream of a `TorchBatch`."""

    def __init__(self, batch: TorchBatch) -> None:
        self.name, self.model = batch.name, batch.model
        self.picture: NDArray[np.float32]
        self.answer: NDArray[np.float32] | Exception | None = None
        self._batch = batch

    def matte(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the model's answer, (height, width, channels), for its input, (height, width, 3).

        Raises:
            Conflict: the batch is closed.
        """
        self.picture = picture
        self._batch.ask(self)
        if isinstance(self.answer, Exception):
            raise self.answer
        assert self.answer is not None  # noqa: S101 (ask waits for it)
        return self.answer

    def close(self) -> None:
        """Leave the batch, also twice."""
        self._batch.leave(self)


def _best() -> str:
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
