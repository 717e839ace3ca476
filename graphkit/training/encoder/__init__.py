"""Training of the encoder: `make train-encoder` (docs/encoder.md). It needs PyTorch (the extra `train`)."""
