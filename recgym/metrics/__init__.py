"""What happened, in numbers."""
