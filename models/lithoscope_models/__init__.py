"""Training-free spectral matcher for Lithoscope: from ../shared/data to one ONNX graph (see models/README.md)."""
