"""Coded texts, as programs for qualitative research hold them: what they are made of, and the files they come in."""
