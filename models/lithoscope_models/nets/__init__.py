"""Trained parts of the model (PyTorch); the product runs them as ONNX."""
