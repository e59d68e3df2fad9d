"""What agents with networks of torch share: how they are fitted and saved, what they read, what they remember."""
