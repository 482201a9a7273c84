"""PyTorch gives what LiteRT gives, and streams share batches."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from cyclorama.errors import Conflict, NotFound
from cyclorama.matting import models
from cyclorama.matting.base import Matter
from cyclorama.matting.litert import LiteRT
from tests.matting.pictures import confidence, inputs

pytest.importorskip("torch", reason="wants PyTorch: make test-torch")

import torch

from cyclorama.matting import graph, torch_graph
from cyclorama.matting import torch as batches
from cyclorama.matting.torch import TorchBatch

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("name", ["landscape", "square", "multiclass"])
def test_answers_are_those_of_litert(name: str) -> None:
    """Sums in another order differ in their last bits."""
    model = models()[name]
    litert = LiteRT(name)
    run = torch_graph.TorchGraph(graph.read(model.read()), torch.device("cpu")).run
    pictures = inputs(model, 3)
    given = run(torch.from_numpy(np.stack(pictures))).numpy()
    for picture, answer in zip(pictures, given, strict=True):
        wanted = litert.matte(picture)
        assert answer.shape == wanted.shape
        assert np.abs(confidence(answer) - confidence(wanted)).max() < 0.002
        assert np.abs(answer - wanted).max() < 1e-3 * max(1.0, np.abs(wanted).max())
        assert confidence(wanted).max() > 0.9  # there is somebody


def test_streams_share_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PATIENCE_S", 30.0)
    batch = TorchBatch("landscape", "cpu")
    pictures = inputs(batch.model, 3)
    answers: dict[int, np.ndarray[tuple[int, ...], np.dtype[np.float32]]] = {}
    matters = [batch.matter() for _ in pictures]
    assert all(isinstance(matter, Matter) for matter in matters)

    def work(number: int) -> None:
        answers[number] = matters[number].matte(pictures[number])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(pictures))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert batch.largest == 3
    batch.close()
    alone = TorchBatch("landscape", "cpu")
    matter = alone.matter()
    for number, picture in enumerate(pictures):  # each has its own answer
        np.testing.assert_allclose(matter.matte(picture), answers[number], atol=1e-4)
    alone.close()


def test_a_stream_that_does_not_ask_is_not_waited_for_long() -> None:
    batch = TorchBatch("landscape", "cpu")
    asking, _idle = batch.matter(), batch.matter()
    picture = inputs(batch.model, 1)[0]
    assert asking.matte(picture).shape == (144, 256, 1)
    batch.close()


def test_who_left_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PATIENCE_S", 60.0)
    batch = TorchBatch("landscape", "cpu")
    asking, left = batch.matter(), batch.matter()
    left.close()
    left.close()
    start = time.monotonic()
    asking.matte(inputs(batch.model, 1)[0])
    assert time.monotonic() - start < 50
    batch.close()


def test_an_error_comes_to_all_who_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = TorchBatch("landscape", "cpu")
    matter, picture = batch.matter(), inputs(batch.model, 1)[0]

    def fail(_: object) -> None:
        raise RuntimeError("device lost")

    with monkeypatch.context() as patch:
        patch.setattr(batch, "_run", fail)
        with pytest.raises(RuntimeError, match="device lost"):
            matter.matte(picture)
    assert matter.matte(picture).any()  # the next picture is another try
    batch.close()


def test_the_end_wakes_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PATIENCE_S", 60.0)
    batch = TorchBatch("landscape", "cpu")
    matter, _other = batch.matter(), batch.matter()
    picture = inputs(batch.model, 1)[0]
    threading.Timer(0.2, batch.close).start()
    with pytest.raises(Conflict, match="closed"):
        matter.matte(picture)
    batch.close()
    with pytest.raises(Conflict):
        batch.matter()


def test_models_have_names() -> None:
    with pytest.raises(NotFound, match="landscape"):
        TorchBatch("landscap")
