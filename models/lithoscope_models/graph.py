"""A small builder for ONNX graphs: every operation is one call that returns the name of its output."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 18  # reductions and pads take axes as inputs; the WebGPU provider of onnxruntime covers it


class Graph:
    """Nodes and constants of one model; method calls append nodes in the order of computation."""

    def __init__(self) -> None:
        self.nodes: list = []
        self.constants: list = []
        self.inputs: list = []
        self.outputs: list = []
        self._count = 0

    def _name(self, kind: str) -> str:
        self._count += 1
        return f"{kind.lower()}_{self._count}"

    def input(self, name: str, width: int) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["B", width]))
        return name

    def output(self, value: str, name: str, shape: list) -> None:
        self.nodes.append(helper.make_node("Identity", [value], [name]))
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def const(self, array, dtype=np.float32) -> str:
        name = self._name("const")
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array, dtype), name))
        return name

    def ints(self, *values: int) -> str:
        return self.const(np.array(values), np.int64)

    def op(self, kind: str, *inputs: str, **attributes) -> str:
        name = self._name(kind)
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    # Arithmetic; a Python number becomes a scalar constant.
    def _operand(self, value) -> str:
        return value if isinstance(value, str) else self.const(np.float32(value))

    def add(self, a, b) -> str:
        return self.op("Add", self._operand(a), self._operand(b))

    def sub(self, a, b) -> str:
        return self.op("Sub", self._operand(a), self._operand(b))

    def mul(self, a, b) -> str:
        return self.op("Mul", self._operand(a), self._operand(b))

    def div(self, a, b) -> str:
        return self.op("Div", self._operand(a), self._operand(b))

    def maximum(self, a, b) -> str:
        return self.op("Max", self._operand(a), self._operand(b))

    def minimum(self, a, b) -> str:
        return self.op("Min", self._operand(a), self._operand(b))

    def where(self, mask: str, a, b) -> str:
        """a where mask > 0, else b."""
        return self.op("Where", self.op("Greater", mask, self._operand(0.5)), self._operand(a), self._operand(b))

    def reduce(self, kind: str, a: str, axis: int = 1, keep: bool = True) -> str:
        return self.op(f"Reduce{kind}", a, self.ints(axis), keepdims=int(keep))

    def dot(self, a: str, b: str) -> str:
        """[..., n] x [R, n] -> [..., R]."""
        return self.op("MatMul", a, self.op("Transpose", b, perm=[1, 0]))

    def largest(self, a: str, count: int) -> str:
        """The `count` largest of each row, [rows, n] -> [rows, count]."""
        name = self._name("topk")
        self.nodes.append(helper.make_node("TopK", [a, self.ints(count)], [name, f"{name}_at"], axis=1))
        return name

    # One-dimensional signals, shape [rows, cells] (shift also [rows, k, cells]).
    def shift(self, a: str, by: int, fill: float, cells: int, rank: int = 2) -> str:
        """Move the signal by `by` cells towards higher index; freed cells take `fill`."""
        if by == 0:
            return a
        before = [0] * (rank - 1)
        pads = self.ints(*before, max(by, 0), *before, max(-by, 0))
        padded = self.op("Pad", a, pads, self.const(np.float32(fill)), mode="constant")
        start = max(-by, 0)
        return self.op("Slice", padded, self.ints(start), self.ints(start + cells), self.ints(rank - 1))

    def convolve(self, a: str, kernel: np.ndarray) -> str:
        """Correlation with an odd kernel, zero outside."""
        half = len(kernel) // 2
        rows = self.op("Unsqueeze", a, self.ints(1))
        out = self.op("Conv", rows, self.const(kernel.reshape(1, 1, -1)), pads=[half, half], kernel_shape=[len(kernel)])
        return self.op("Squeeze", out, self.ints(1))

    def dilate(self, a: str, cells: int) -> str:
        """Rolling maximum over an odd number of cells."""
        rows = self.op("Unsqueeze", a, self.ints(1))
        out = self.op("MaxPool", rows, kernel_shape=[cells], pads=[cells // 2, cells // 2], strides=[1])
        return self.op("Squeeze", out, self.ints(1))

    def inline(self, model: onnx.ModelProto, inputs: dict[str, str]) -> list[str]:
        """Append another model's nodes, its inputs bound to values of this graph; returns its outputs.

        Its large constants are kept as float16 and widened when the session is made: half the package, the same speed.
        """
        self._count += 1
        prefix = f"inline_{self._count}_"
        names = {**inputs, "": ""}
        for given in model.graph.initializer:
            array = numpy_helper.to_array(given)
            half = array.dtype == np.float32 and array.size > 256
            stored = self.const(array.astype(np.float16) if half else array, np.float16 if half else array.dtype)
            names[given.name] = self.op("Cast", stored, to=TensorProto.FLOAT) if half else stored
        for node in model.graph.node:
            mine = onnx.NodeProto()
            mine.CopyFrom(node)
            for name in node.output:
                names.setdefault(name, prefix + name if name else "")
            mine.name = ""
            mine.input[:] = [names[n] for n in node.input]
            mine.output[:] = [names[n] for n in node.output]
            self.nodes.append(mine)
        return [names[o.name] for o in model.graph.output]

    def model(self) -> onnx.ModelProto:
        body = helper.make_graph(self.nodes, "lithoscope", self.inputs, self.outputs, self.constants)
        model = helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="lithoscope")
        model.ir_version = 9
        onnx.checker.check_model(model)
        return model


def gaussian(sigma: float, order: int = 0) -> np.ndarray:
    """Sampled Gaussian (unit sum) or its first derivative, to 4 sigma; sigma in cells."""
    half = max(1, int(np.ceil(4 * sigma)))
    at = np.arange(-half, half + 1)
    g = np.exp(-0.5 * (at / sigma) ** 2)
    g /= g.sum()
    return (g if order == 0 else at / sigma**2 * g).astype(np.float32)
