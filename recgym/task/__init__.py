"""What is fixed and public: all that an agent may know."""
