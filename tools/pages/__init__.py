"""The pages of the site that are made from the code and its data when the site is built: `make docs`."""
