"""Writes the reference CNN that a fused run is timed against: three branches (Raman, VNIR, LIBS on the model's grids), random
weights, 12 MB of float32. No part of the product.

    models/.venv/bin/python bench/referenceCnn.py OUT.onnx        # needs numpy and onnx
"""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CELLS = {"raman": 751, "vnir": 431, "libs": 3501}
CLASSES = 1707
CHANNELS = ((1, 16, 11), (16, 32, 7), (32, 64, 5))  # before, after, kernel; stride 2, then pooling by 2
DENSE = {"raman": 256, "vnir": 256, "libs": 224}


def main(out: str) -> None:
    rng = np.random.default_rng(0)
    nodes, weights, inputs, branches = [], [], [], []

    def weight(name: str, *shape: int) -> str:
        scale = np.sqrt(2 / np.prod(shape[1:] or shape))
        weights.append(numpy_helper.from_array((scale * rng.standard_normal(shape)).astype(np.float32), name))
        return name

    def node(kind: str, given: list[str], name: str, **attributes) -> str:
        nodes.append(helper.make_node(kind, given, [name], **attributes))
        return name

    for technique, cells in CELLS.items():
        inputs.append(helper.make_tensor_value_info(technique, TensorProto.FLOAT, ["B", 1, cells]))
        x, length = technique, cells
        for i, (before, after, kernel) in enumerate(CHANNELS):
            name = f"{technique}_{i}"
            x = node("Conv", [x, weight(f"{name}_w", after, before, kernel), weight(f"{name}_b", after)], f"{name}_conv",
                     strides=[2], pads=[kernel // 2] * 2)
            x = node("MaxPool", [node("Relu", [x], f"{name}_relu")], f"{name}_pool", kernel_shape=[2], strides=[2])
            length = ((length - 1) // 2 + 1) // 2
        flat = node("Flatten", [x], f"{technique}_flat")
        wide = 64 * length
        x = node("Gemm", [flat, weight(f"{technique}_d", DENSE[technique], wide), weight(f"{technique}_e", DENSE[technique])],
                 f"{technique}_dense", transB=1)
        branches.append(node("Relu", [x], f"{technique}_out"))
    joined = node("Concat", branches, "joined", axis=1)
    width = sum(DENSE.values())
    hidden = node("Relu", [node("Gemm", [joined, weight("h", 768, width), weight("hb", 768)], "hidden", transB=1)], "hidden_relu")
    node("Gemm", [hidden, weight("o", CLASSES, 768), weight("ob", CLASSES)], "logits", transB=1)
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["B", CLASSES])]
    model = helper.make_model(helper.make_graph(nodes, "reference_cnn", inputs, outputs, weights),
                              opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 9
    onnx.checker.check_model(model)
    onnx.save(model, out)


if __name__ == "__main__":
    main(sys.argv[1])
