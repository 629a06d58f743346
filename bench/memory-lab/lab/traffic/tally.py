"""What became of a client's streams. Pure."""


def tally(asked, served, reset):
    """Counts. asked: how many streams; served: those with an answer that does not say no; reset: those that the proxy cut
    off. Refused are those that were not served; a reset counts as one of its own where it came after the answer."""
    return {"came": asked, "refused": asked - len(served), "reset": len(served & reset)}
