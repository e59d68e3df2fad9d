"""Deep agents of our own, in PyTorch: policy iteration by regression on what follows each outcome."""
