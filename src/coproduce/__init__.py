"""Coproduce: a place where people who are not in the same organisation make care and research together."""

__version__ = "0.1.0"
