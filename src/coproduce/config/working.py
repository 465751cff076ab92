"""The processes beside the server that do what goes on in the background."""

import logging
import os
import subprocess
import sys
import threading
import time

SECONDS_TO_END = 10
LONGEST_PAUSE = 60.0

log = logging.getLogger(__name__)


class Workers:
    """Each is started anew when it dies, and all end with this process."""

    def __init__(self, count: int) -> None:
        self.ending = threading.Event()
        self.running: dict[int, subprocess.Popen[bytes]] = {}
        self.threads = [threading.Thread(target=self._keep, args=(at,), daemon=True) for at in range(count)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Ask them to end: what they are at goes back to the queue. Who does not listen is killed."""
        self.ending.set()
        for process in list(self.running.values()):
            process.terminate()
        for process in list(self.running.values()):
            try:
                process.wait(SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                process.kill()

    def _keep(self, at: int) -> None:
        pause = 1.0
        while not self.ending.is_set():
            began = time.monotonic()
            # A session of its own: Ctrl-C is for the server, which then ends its workers in order.
            self.running[at] = subprocess.Popen(
                [sys.executable, "-m", "coproduce.config.command", "work", "--end-with", str(os.getpid())],
                start_new_session=True,
            )
            self.running[at].wait()
            pause = 1.0 if time.monotonic() - began > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            if not self.ending.is_set():
                log.warning("the worker ended; starting another in %s seconds", round(pause))
            self.ending.wait(pause)
