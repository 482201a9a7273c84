"""A model file's operators in PyTorch, for many pictures at once.

Tensors are (pictures, height, width, channels) as in the file; what PyTorch wants otherwise is a view.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional

from cyclorama.errors import UnsupportedMedia

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.matting.graph import Graph, Operator

    Step = Callable[..., torch.Tensor]

SAME = 0
"""Of schema.fbs: Padding."""


class TorchGraph:
    """Runs a graph on a device.

    Raises:
        UnsupportedMedia: the file has an operator that is not known here.
    """

    def __init__(self, graph: Graph, device: torch.device) -> None:
        self.device = device
        self._graph = graph
        self._steps: list[tuple[Step, list[int], int]] = []
        self._constants: dict[int, torch.Tensor] = {}
        self._last_use = {number: i for i, each in enumerate(graph.operators) for number in each.inputs}
        for operator in graph.operators:
            build = BUILDERS.get(operator.kind)
            if build is None:
                raise UnsupportedMedia(
                    f"The model file has an operator {operator.kind}, which only LiteRT runs. "
                    "Use LiteRT for it."
                )
            step = build(operator, [graph.constants.get(number) for number in operator.inputs], device)
            given = [number for number in operator.inputs if number >= 0 and number not in graph.constants]
            self._steps.append((step, given, operator.output))

    @torch.inference_mode()  # type: ignore[untyped-decorator]
    def run(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return the answers, (pictures, height, width, channels), for (pictures, height, width, 3)."""
        known = {self._graph.input: pictures.to(self.device)}
        for i, (step, given, output) in enumerate(self._steps):
            known[output] = step(*(known[number] for number in given))
            for number in given:
                if self._last_use[number] == i:
                    known.pop(number, None)
        return known[self._graph.output]


def _tensor(values: Any, device: torch.device) -> torch.Tensor:
    return torch.from_numpy(np.array(values)).to(device)


def _across(x: torch.Tensor, work: Callable[[torch.Tensor], torch.Tensor]) -> torch.Tensor:
    """Work on (pictures, channels, height, width)."""
    return work(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)


def _active(step: Step, operator: Operator) -> Step:
    if operator.options["activation"] == "relu":
        return lambda *given: functional.relu(step(*given))
    return step


def _conv(operator: Operator, constants: list[Any], device: torch.device) -> Step:
    """Pad as TensorFlow's SAME does: what is odd goes to the end."""
    options, depthwise = operator.options, operator.kind == "DEPTHWISE_CONV_2D"
    order = (3, 0, 1, 2) if depthwise else (0, 3, 1, 2)
    weight = _tensor(constants[1], device).permute(*order).contiguous()
    bias = _tensor(constants[2], device)
    stride = options["strideH"], options["strideW"]
    dilation = options["dilationHFactor"], options["dilationWFactor"]
    groups = weight.shape[0] if depthwise else 1

    def run(x: torch.Tensor) -> torch.Tensor:
        if options["padding"] == SAME:
            pads: list[int] = []
            for axis in (1, 0):
                size, reach = x.shape[2 + axis], dilation[axis] * (weight.shape[2 + axis] - 1) + 1
                more = max(0, (-(-size // stride[axis]) - 1) * stride[axis] + reach - size)
                pads += [more // 2, more - more // 2]
            if any(pads):
                x = functional.pad(x, pads)
        return functional.conv2d(x, weight, bias, stride, 0, dilation, groups)

    return _active(lambda x: _across(x, run), operator)


def _transpose_conv(operator: Operator, constants: list[Any], device: torch.device) -> Step:
    if operator.kind == "TRANSPOSE_CONV":  # its first input is the shape of what comes out
        weight, bias = constants[1], constants[3]
        stride = operator.options["strideH"], operator.options["strideW"]
    else:  # MediaPipe's: struct TfLiteTransposeConvParams
        weight, bias = constants[1], constants[2]
        _, across, down = struct.unpack("<iii", operator.options["custom"][:12])
        stride = down, across
    kernel = _tensor(weight, device).permute(3, 0, 1, 2).contiguous()
    if tuple(kernel.shape[2:]) != stride:
        raise UnsupportedMedia(
            "The model file has a transposed convolution that overlaps. Use LiteRT for it."
        )
    shift = _tensor(bias, device)
    return _active(
        lambda x: _across(x, lambda x: functional.conv_transpose2d(x, kernel, shift, stride)), operator
    )


def _pair(work: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> Callable[..., Step]:
    """Of two tensors, of which one may be a constant."""

    def build(operator: Operator, constants: list[Any], device: torch.device) -> Step:
        left, right = (None if each is None else _tensor(each, device) for each in constants)
        if right is not None:
            return _active(lambda x: work(x, right), operator)
        if left is not None:
            return _active(lambda x: work(left, x), operator)
        return _active(work, operator)

    return build


def _single(work: Callable[[torch.Tensor], torch.Tensor]) -> Callable[..., Step]:
    return lambda *_: work


def _resize(operator: Operator, _constants: list[Any], _device: torch.device) -> Step:
    options, size = operator.options, operator.shape[1:3]
    if not options["halfPixelCenters"] or options["alignCorners"]:
        raise UnsupportedMedia("The model file resizes in a way that only LiteRT knows. Use LiteRT for it.")
    if operator.kind == "RESIZE_BILINEAR":
        return lambda x: _across(x, lambda x: functional.interpolate(x, size, mode="bilinear"))
    return lambda x: _across(x, lambda x: functional.interpolate(x, size, mode="nearest-exact"))


def _reduce(operator: Operator, constants: list[Any], _device: torch.device) -> Step:
    axes, keep = [int(axis) for axis in np.atleast_1d(constants[1])], operator.options["keepDims"]
    if operator.kind == "MEAN":
        return lambda x: x.mean(axes, keepdim=keep)
    return lambda x: x.sum(axes, keepdim=keep)


def _pool(operator: Operator, _constants: list[Any], _device: torch.device) -> Step:
    options = operator.options
    size, stride = (options["filterHeight"], options["filterWidth"]), (options["strideH"], options["strideW"])
    return _active(lambda x: _across(x, lambda x: functional.avg_pool2d(x, size, stride)), operator)


def _reshape(operator: Operator, _constants: list[Any], _device: torch.device) -> Step:
    """Take the shape of one picture: pictures come first, so more of them make the first side longer."""
    _, *others = operator.shape
    return lambda x: x.reshape(-1, *others)


def _transpose(_operator: Operator, constants: list[Any], _device: torch.device) -> Step:
    order = [int(axis) for axis in constants[1]]
    if order[0] != 0:
        raise UnsupportedMedia("The model file mixes pictures of a batch. Use LiteRT for it.")
    return lambda x: x.permute(*order)


BUILDERS: dict[str, Callable[..., Step]] = {
    "ADD": _pair(torch.add),
    "AVERAGE_POOL_2D": _pool,
    "CONV_2D": _conv,
    "Convolution2DTransposeBias": _transpose_conv,
    "DEPTHWISE_CONV_2D": _conv,
    "HARD_SWISH": _single(functional.hardswish),
    "LOGISTIC": _single(torch.sigmoid),
    "MEAN": _reduce,
    "MUL": _pair(torch.mul),
    "RELU": _single(functional.relu),
    "RESHAPE": _reshape,
    "RESIZE_BILINEAR": _resize,
    "RESIZE_NEAREST_NEIGHBOR": _resize,
    "SOFTMAX": _single(lambda x: torch.softmax(x, -1)),
    "SUB": _pair(torch.sub),
    "SUM": _reduce,
    "TRANSPOSE": _transpose,
    "TRANSPOSE_CONV": _transpose_conv,
}
