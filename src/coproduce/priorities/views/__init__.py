"""The pages of a priority exercise, one module for each part of its path."""
