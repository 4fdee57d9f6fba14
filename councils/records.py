"""What the public log keeps a hash of (pure): the content of resolutions. See disclosure/records.py."""


def subject_of(resolution):
    """What names a resolution in the log."""
    return f"resolution/{resolution.pk}"


COUNTS = ("entitled", "present", "in_favour", "against", "abstain", "invalid", "recused")


def content_of(resolution):
    """The content of a `resolution`, its vote at hand; of a step that is not public without the counts."""
    vote = resolution.vote
    counts = {name: getattr(vote, name) for name in COUNTS} if vote.item.step_row.is_public else {}
    return {
        "adopted_on": resolution.adopted_on.isoformat(),
        "body": resolution.body_name,
        "counts": counts,
        "number": resolution.number,
        "outcome": vote.outcome,
        "rule": vote.rule_key,
        "rule_version": vote.rule_version,
        "text": resolution.text,
        "title": resolution.title,
        "unit": resolution.unit_code,
        "unit_name": resolution.unit_name,
    }
