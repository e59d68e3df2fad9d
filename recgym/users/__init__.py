"""The vocabulary of user behaviour: small compiled functions about one user, one idea a file."""
