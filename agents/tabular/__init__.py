"""Tables: agents that keep a value for every state and item, for problems that are small enough."""
