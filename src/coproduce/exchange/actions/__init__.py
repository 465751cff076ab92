"""Bringing data in. Each use case has its file: ``space``, ``polis``, ``table``."""
