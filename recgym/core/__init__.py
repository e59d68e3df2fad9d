"""The machine that every scenario shares: compiled kernels, noise, sessions, and the two environment classes."""
