"""A .tflite file as a list of operators, for runtimes other than LiteRT."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cyclorama import extras

if TYPE_CHECKING:
    from numpy.typing import NDArray

KINDS = {0: np.float32, 1: np.float16, 2: np.int32}
"""Of schema.fbs: TensorType."""
ACTIVATIONS = {0: "", 1: "relu"}
"""Of schema.fbs: ActivationFunctionType."""


@dataclass(frozen=True)
class Operator:
    """One step.

    Attributes:
        kind: as schema.fbs names it, "CONV_2D"; a custom operator's own name.
        inputs: numbers of tensors; -1 where an optional one is missing.
        output: the number of the tensor that it gives.
        shape: of that tensor, for one picture.
        options: as schema.fbs names them, "strideW"; `activation` is "" or "relu".
    """

    kind: str
    inputs: tuple[int, ...]
    output: int
    shape: tuple[int, ...]
    options: dict[str, Any]


@dataclass(frozen=True)
class Graph:
    """A model with one input and one output, for one picture: (1, height, width, channels).

    Attributes:
        operators: in the order in which they run.
        constants: weights and the like, by tensor number; halves are made float32.
        input: number of the tensor that the picture goes into.
        output: number of the tensor that is the answer.
    """

    operators: tuple[Operator, ...]
    constants: dict[int, NDArray[Any]]
    input: int
    output: int


def read(content: bytes) -> Graph:
    """Read a model file.

    Raises:
        MissingExtra: LiteRT, whose package has the file's schema, is not installed.
    """
    extras.require("live", "Reading a model file")
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromPackedBuf(content, 0)
    graph = model.subgraphs[0]
    names = {code: name for name, code in vars(schema.BuiltinOperator).items() if isinstance(code, int)}
    constants: dict[int, NDArray[Any]] = {}
    for number, tensor in enumerate(graph.tensors):
        data = model.buffers[tensor.buffer].data
        if data is not None and len(data):
            values = np.frombuffer(bytes(data), KINDS[tensor.type])
            constants[number] = values.reshape(() if tensor.shape is None else tuple(tensor.shape))
    operators = []
    for step in graph.operators:
        code = model.operatorCodes[step.opcodeIndex]
        kind = names[max(code.builtinCode, code.deprecatedBuiltinCode)]
        if kind == "DEQUANTIZE":
            constants[step.outputs[0]] = constants[step.inputs[0]].astype(np.float32)
            continue
        options = vars(step.builtinOptions) if step.builtinOptions else {}
        options = {**options, "activation": ACTIVATIONS[options.get("fusedActivationFunction", 0)]}
        if kind == "CUSTOM":
            kind = code.customCode.decode()
            options["custom"] = bytes(step.customOptions)
        output = step.outputs[0]
        shape = tuple(int(size) for size in graph.tensors[output].shape)
        operators.append(Operator(kind, tuple(map(int, step.inputs)), int(output), shape, options))
    return Graph(tuple(operators), constants, int(graph.inputs[0]), int(graph.outputs[0]))
