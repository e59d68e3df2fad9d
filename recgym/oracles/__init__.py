"""Policies that may look at hidden state, and the certificate that planning matters: `python -m recgym.certify`."""
