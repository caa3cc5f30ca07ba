"""From PyTorch to an ONNX graph that graph.Graph.inline can take in."""

from __future__ import annotations

import io

import onnx
import torch
from torch import nn

from ..graph import OPSET


def exported(module: nn.Module, inputs: dict[str, int]) -> onnx.ModelProto:
    """A module of float inputs [B, width] as ONNX with a free batch size."""
    file = io.BytesIO()
    examples = tuple(torch.rand(2, width) for width in inputs.values())
    with torch.no_grad():
        torch.onnx.export(module.eval(), examples, file, input_names=list(inputs), opset_version=OPSET, dynamo=False,
                          dynamic_axes={name: {0: "B"} for name in inputs})
    return onnx.load_from_string(file.getvalue())
