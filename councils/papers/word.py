"""Papers as Word files, for those who ask: the library is loaded with the first one."""

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def write(paper):
    """The bytes of `paper` (see `model.py`) as .docx."""
    # 17 MiB that most workers never need.
    from councils.papers import docx

    return docx.write(paper)
