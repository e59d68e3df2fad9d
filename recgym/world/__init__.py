"""What is fixed and hidden: items as the simulator knows them, people, and the clock."""
