"""What a method says of a file that it cannot use."""

from pathlib import Path


class Malformed(ValueError):
    """A file is not what it should be: which file, which line (from 1, if one is at fault), what was expected."""

    def __init__(self, file: Path | str, line: int | None, why: str) -> None:
        """``why`` names what is wrong and what was expected, in one sentence without a full stop."""
        self.file, self.line, self.why = str(file), line, why
        where = self.file if line is None else f"{self.file}, line {line}"
        super().__init__(f"{where}: {why}")
