#!/usr/bin/env python3
"""Recounts what README.md says about the sample, and fails where a rule of the sample is broken.

    python3 data/samples/sentiment/check.py

Rules: 8 to 120 characters, no surrounding space, no text twice, and no two rows that share more than
60 % of their character bigrams (distinct bigrams in common, over those of the row that has fewer).
"""

import csv
import hashlib
from collections import Counter, defaultdict
from pathlib import Path

FOLDER = Path(__file__).parent
SPLITS = ("train", "validation", "test")
LABELS = ("negative", "positive")


def bigrams(text):
    return {text[i:i + 2] for i in range(len(text) - 1)}


def largest_overlap(texts):
    """The highest share of bigrams that two texts have in common, and the two texts."""
    seen, rows_with, worst = [], defaultdict(list), (0.0, "", "")
    for row, text in enumerate(texts):
        grams = bigrams(text)
        for other, common in Counter(r for gram in grams for r in rows_with[gram]).items():
            worst = max(worst, (common / min(len(grams), len(seen[other])), text, texts[other]))
        for gram in grams:
            rows_with[gram].append(row)
        seen.append(grams)
    return worst


def main():
    texts = []
    for split in SPLITS:
        path = FOLDER / f"{split}.csv"
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
        labels = Counter(row["label"] for row in rows)
        assert set(labels) == set(LABELS), f"{path.name}: labels are {sorted(labels)}"
        texts += [row["text"] for row in rows]
        print(f"{split:10}  {len(rows):5} rows ", *(f" {name} {labels[name]}" for name in LABELS),
              f"  sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}")

    for text in texts:
        assert text == text.strip() and 8 <= len(text) <= 120, f"length or space: {text!r}"
    assert len(set(texts)) == len(texts), f"twice: {[text for text, n in Counter(texts).items() if n > 1]}"
    share, one, other = largest_overlap(texts)
    assert share <= 0.6, f"{share:.3f} of the bigrams in common: {one!r} and {other!r}"

    lengths = sorted(map(len, texts))
    at = lambda share: lengths[int(share * (len(lengths) - 1))]
    print(f"characters  min {lengths[0]}  p50 {at(0.5)}  p90 {at(0.9)}  max {lengths[-1]}")
    print(f"overlap     at most {share:.3f} of the bigrams of the shorter row")


if __name__ == "__main__":
    main()
