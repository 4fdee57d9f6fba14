"""What the layer says when it cannot go on."""


class EmbeddedError(Exception):
    """The database server cannot be had; the text is one sentence for a person at a terminal."""
