#!/usr/bin/env python3
"""A linear baseline over character n-grams: what a bag of 1-, 2- and 3-character strings can do alone.

    python3 bench/ngram_baseline.py --train train.csv --test test.csv

Prints one JSON line with accuracy and macro-F1. Features are sublinear TF-IDF (1 + ln count, smoothed
inverse document frequency, unit length). One L2-regularised squared-hinge SVM a label, one against the
rest, solved by dual coordinate descent (Hsieh et al. 2008, algorithm 1). A sample that this model solves
teaches words, not language; one that it cannot learn at all teaches nothing.

Standard library only, one thread, deterministic: the same files and options give the same line.
Reads csv, tsv (a quote is a character), a JSON array or JSON lines, UTF-8 with or without BOM.
"""

import argparse
import csv
import json
import math
import random
from collections import Counter
from operator import itemgetter, mul

TEXT_COLUMNS = ("text", "content", "sentence", "review", "text_a")
LABEL_COLUMNS = ("label", "labels", "class", "category")


def read_rows(path):
    """All labelled rows of a file, as (text, label) with the label as a string. The first character tells JSON."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        head = file.read(1)
        file.seek(0)
        if head == "[":
            records = json.load(file)
        elif head == "{":
            records = [json.loads(line) for line in file if line.strip()]
        else:
            records = list(read_table(path, file))
    if not records:
        raise SystemExit(f"{path}: no rows; expected a header or JSON objects with a text and a label.")
    text = find_column(path, records[0], TEXT_COLUMNS)
    label = find_column(path, records[0], LABEL_COLUMNS)
    return [(str(record[text]), str(record[label])) for record in records]


def read_table(path, file):
    """Rows of a comma or tab separated file as dictionaries; a row of another width is an error."""
    tabs = "\t" in file.readline()
    file.seek(0)
    csv.field_size_limit(2**31 - 1)
    table = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if tabs else csv.DictReader(file)
    for record in table:
        if None in record or None in record.values():
            raise SystemExit(f"{path}, line {table.line_num}: expected {len(table.fieldnames)} columns.")
        yield record


def find_column(path, record, names):
    found = next((name for name in names if name in record), None)
    if found is None:
        raise SystemExit(f"{path}: no column named {' or '.join(names)}; it has {', '.join(record)}.")
    return found


def ngrams(text, longest):
    """How often each string of 1 to `longest` neighbouring characters occurs."""
    text = text.strip().lower()
    return Counter(text[i:i + n] for n in range(1, longest + 1) for i in range(len(text) - n + 1))


class TfIdf:
    """Maps a text to (feature ids, weights) of unit length. Feature 0 is the bias, always 1 and not counted."""

    def __init__(self, texts, longest, min_count):
        self.longest = longest
        frequency = Counter(gram for text in texts for gram in ngrams(text, longest))
        kept = sorted(gram for gram, count in frequency.items() if count >= min_count)
        self.ids = {gram: number for number, gram in enumerate(kept, start=1)}
        self.idf = [0.0] + [math.log((1 + len(texts)) / (1 + frequency[gram])) + 1 for gram in kept]

    def __len__(self):
        return len(self.idf)

    def vector(self, text):
        known = [(self.ids[gram], 1 + math.log(count))
                 for gram, count in ngrams(text, self.longest).items() if gram in self.ids]
        weights = [value * self.idf[number] for number, value in known]
        norm = math.sqrt(sum(map(mul, weights, weights))) or 1.0
        # The bias stands twice, once with weight 0: itemgetter returns a tuple only for two ids or more.
        return [0, 0] + [number for number, _ in known], [1.0, 0.0] + [weight / norm for weight in weights]


def fit(vectors, signs, features, c, epochs, tolerance, seed):
    """Weights that minimise |w|^2 / 2 + c * sum(max(0, 1 - sign * w.x)^2)."""
    weights = [0.0] * features
    alphas = [0.0] * len(vectors)
    rows = [(ids, values, itemgetter(*ids)) for ids, values in vectors]
    diagonal = [sum(map(mul, values, values)) + 0.5 / c for _, values in vectors]
    order, rng = list(range(len(rows))), random.Random(seed)
    for _ in range(epochs):
        rng.shuffle(order)
        largest = 0.0
        for row in order:
            ids, values, gather = rows[row]
            gradient = signs[row] * sum(map(mul, values, gather(weights))) - 1 + 0.5 * alphas[row] / c
            if alphas[row] == 0 and gradient >= 0:
                continue
            largest = max(largest, abs(gradient))
            alpha = max(0.0, alphas[row] - gradient / diagonal[row])
            step = (alpha - alphas[row]) * signs[row]
            alphas[row] = alpha
            for number, value in zip(ids, values):
                weights[number] += step * value
        if largest < tolerance:
            break
    return weights


def macro_f1(expected, predicted):
    """The mean F1 over every label that occurs in either list."""
    scores = []
    for label in sorted(set(expected) | set(predicted)):
        hits = sum(e == p == label for e, p in zip(expected, predicted))
        scores.append(2 * hits / (expected.count(label) + predicted.count(label)))
    return sum(scores) / len(scores)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", required=True, help="labelled rows to learn from")
    parser.add_argument("--test", required=True, help="labelled rows to score on")
    parser.add_argument("--ngram", type=int, default=3, help="longest n-gram in characters (default 3)")
    parser.add_argument("--min-count", type=int, default=1, help="drop n-grams in fewer training texts (default 1)")
    parser.add_argument("--c", type=float, default=1.0, help="price of a training mistake (default 1)")
    parser.add_argument("--epochs", type=int, default=30, help="most passes over the training rows (default 30)")
    parser.add_argument("--tolerance", type=float, default=0.01, help="stop at this largest gradient (default 0.01)")
    parser.add_argument("--seed", type=int, default=42, help="order of the passes (default 42)")
    parser.add_argument("--errors", metavar="FILE", help="write wrong test rows as tsv: expected, predicted, text")
    options = parser.parse_args()

    train, test = read_rows(options.train), read_rows(options.test)
    labels = sorted({label for _, label in train})
    if len(labels) < 2:
        raise SystemExit(f"{options.train}: expected at least two labels, found only {labels[0]}.")
    features = TfIdf([text for text, _ in train], options.ngram, options.min_count)
    vectors = [features.vector(text) for text, _ in train]
    # Two labels need one border: the second label's score, and its mirror image.
    models = [fit(vectors, [1 if label == name else -1 for _, label in train], len(features),
                  options.c, options.epochs, options.tolerance, options.seed)
              for name in (labels if len(labels) > 2 else labels[1:])]

    predicted = []
    for text, _ in test:
        ids, values = features.vector(text)
        scores = [sum(weights[number] * value for number, value in zip(ids, values)) for weights in models]
        predicted.append(labels[scores[0] > 0] if len(models) == 1 else labels[scores.index(max(scores))])
    expected = [label for _, label in test]
    if options.errors:
        with open(options.errors, "w", encoding="utf-8") as file:
            file.writelines(f"{e}\t{p}\t{text}\n" for (text, e), p in zip(test, predicted) if e != p)

    print(json.dumps({
        "accuracy": round(sum(e == p for e, p in zip(expected, predicted)) / len(test), 4),
        "macro_f1": round(macro_f1(expected, predicted), 4),
        "train_rows": len(train), "test_rows": len(test), "labels": len(labels), "features": len(features) - 1,
    }))


if __name__ == "__main__":
    main()
