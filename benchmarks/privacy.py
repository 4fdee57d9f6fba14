"""How much of what must not be published the guard finds, and how often it cries wolf (`make bench-privacy`)."""

import argparse
import random
import time
from collections import Counter

from django.conf import settings
from tqdm import tqdm

KINDS = (
    "identity",
    "card",
    "mobile",
    "landline",
    "door",
    "passport",
    "plate",
    "account",
    "birth",
    "health",
    "hardship",
)
AIMS = {"identity": 0.99, "card": 0.99, "mobile": 0.97, "landline": 0.97, "door": 0.97}
MOST_FALSE = 1 / 200


def found(sample, findings):
    """Whether one of `findings` is of the kind of `sample` and lies where it was written."""
    at = sample.text.index(sample.item)
    end = at + len(sample.item)
    return any(finding.sort.value == sample.kind and at < finding.end and finding.start < end for finding in findings)


def measure(maker, find, *, personal, ordinary, show=0):
    """({kind: (found, made)}, missed by (kind, disguise), ordinary notices with a false alarm)."""
    results, missed = {}, Counter()
    for kind in tqdm(KINDS, unit="kind", disable=personal < 500):
        hits = 0
        for _number in range(personal):
            sample = maker.personal(kind)
            if found(sample, find(sample)):
                hits += 1
            else:
                missed[kind, sample.disguise] += 1
                if show:
                    print("missed", kind, sample.disguise, repr(sample.item))
        results[kind] = hits, personal
    false = 0
    for _number in tqdm(range(ordinary), unit="notice", disable=ordinary < 500):
        findings = find(sample := maker.ordinary())
        false += bool(findings)
        if findings and show:
            print("false", [(finding.sort.value, finding.text) for finding in findings], len(sample.text))
    return results, missed, false


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--personal", type=int, default=2000, help="notices with an item, of each kind")
    parser.add_argument("--ordinary", type=int, default=5000)
    parser.add_argument("--show", action="store_true", help="print what was missed and each false alarm")
    options = parser.parse_args()
    settings.configure(USE_I18N=False)
    from disclosure import privacy
    from tests.disclosure.privacy_corpus import OFFICE, Maker

    def find(sample):
        return privacy.find(sample.text, office_numbers=OFFICE)

    results, missed, false = measure(
        Maker(options.seed), find, personal=options.personal, ordinary=options.ordinary, show=options.show
    )
    print(f"seed {options.seed}, {options.personal} notices of each kind, {options.ordinary} ordinary ones")
    print("| kind | found | aim |\n|---|---|---|")
    for kind, (hits, made) in results.items():
        aim = AIMS.get(kind)
        mark = " !" if aim and hits / made < aim else ""
        print(f"| {kind} | {hits / made:.2%}{mark} | {f'≥ {aim:.0%}' if aim else '–'} |")
    print(f"| false alarms | {false} of {options.ordinary} | ≤ {MOST_FALSE:.1%} |")
    print(
        "missed most:", ", ".join(f"{kind} {way} {count}" for (kind, way), count in missed.most_common(8)) or "nothing"
    )
    text = "\n".join(Maker(1).ordinary().text for _number in range(6000))[:1_700_000]
    before = time.perf_counter()
    privacy.find(text)
    print(f"{len(text.encode()) / 1e6:.1f} MB of notices in {time.perf_counter() - before:.1f} s")


if __name__ == "__main__":
    main()
