"""Model files as lists of operators, without any runtime."""

from __future__ import annotations

import numpy as np
import pytest

from cyclorama.errors import MissingExtra
from cyclorama.matting import graph, models
from cyclorama.matting import torch as batches

pytest.importorskip("ai_edge_litert", reason="the schema of model files is LiteRT's")

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("name", ["landscape", "multiclass"])
def test_a_file_is_read(name: str) -> None:
    model = models()[name]
    read = graph.read(model.read())
    assert read.operators[-1].output == read.output
    assert read.operators[-1].shape == (1, model.height, model.width, model.channels)
    given = {read.input, *read.constants, -1}
    for operator in read.operators:  # each has what it needs when its turn comes
        assert given.issuperset(operator.inputs)
        given.add(operator.output)


def test_halves_are_made_floats() -> None:
    read = graph.read(models()["landscape"].read())
    assert not any(operator.kind == "DEQUANTIZE" for operator in read.operators)
    first = read.operators[0]
    assert first.kind == "CONV_2D"
    assert read.constants[first.inputs[1]].shape == (16, 3, 3, 3)
    assert read.constants[first.inputs[1]].dtype == np.float32


def test_without_torch_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "find_spec", lambda _: None)
    with pytest.raises(MissingExtra, match="pip install torch"):
        batches.TorchBatch()
