"""How far a piece of work is, in a sentence."""

from django.utils.translation import gettext as _

from coproduce.work.models import Piece, PieceState


def how_far(piece: Piece) -> str:
    """One or two sentences for the page, such as *Reading what was said. Step 2 of 5.*"""
    if piece.state == PieceState.WAITING:
        if piece.tries:
            return _("It was interrupted, and begins again in a moment.")
        return _("It waits for its turn. You need not stay on this page.")
    if piece.state == PieceState.RUNNING:
        if not piece.total:
            return _("It has begun.")
        step = _("Step %(done)s of %(total)s.") % {"done": min(piece.done + 1, piece.total), "total": piece.total}
        return f"{piece.words}. {step}" if piece.words else step
    if piece.state == PieceState.DONE:
        return _("It is done.")
    if piece.state == PieceState.STOPPED:
        return _("It was stopped. Nothing was changed.")
    return piece.error or _("It did not work.")
