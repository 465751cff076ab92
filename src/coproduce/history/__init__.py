"""The append-only record of what happened: ``from coproduce.history.chain import record``."""
