"""What becomes of a file that somebody adds to their words: checked by content, made anew, and only then kept.

``kinds``: what is taken and what is kept · ``making``: what we ask of a file, answered by a process of its own ·
``__main__``: that process, with ``pictures``, ``sounds`` and ``documents`` · ``storing``: where the result lies.

Nothing but ``making`` and ``storing`` knows Django, so that the process starts quickly.
"""
