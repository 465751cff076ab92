"""The sheets of a priority exercise, one module for each part of its path, as the pages have them."""
