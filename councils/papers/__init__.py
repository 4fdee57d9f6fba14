"""The papers of the councils: notices of meetings, sign-in sheets, ballots, minutes, resolutions, register, dossiers.

`model.py` says what a paper is made of; `meetings.py`, `matters.py` and `notices.py` build papers from the record, each
once; the template councils/papers/paper.html shows them for print and `docx.py` writes them for Word. Papers are
Chinese whatever the language of the page (ADR 0004). What is not recorded yet is left blank, to be filled in by hand.
"""
