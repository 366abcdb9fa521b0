#!/usr/bin/env python3
"""Lines of a corpus that read like given texts, by the log-odds of their characters; for a last slice of pre-training close to a task.

  pick_lines.py --corpus corpus.txt --like FILE … --out picked.txt [--add FILE … --add-characters N] [--at-least 0.03]

--like: .tsv and .csv (last column), .json and .jsonl ("content" or "text") of texts whose kind is wanted. --add: texts that are added
as they are, at random, up to so many characters. The result is shuffled with a fixed seed.
"""
import argparse, csv, json, math, random
from collections import Counter


def rows_of(path):
    """Label and text of each row: of .tsv and .csv, which have a header, the first and the last column."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        if path.endswith((".json", ".jsonl")):
            for row in json.load(file) if path.endswith(".json") else map(json.loads, file):
                yield str(row.get("label")), str(row.get("content", row.get("text")))
            return
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if path.endswith(".tsv") else csv.reader(file)
        next(rows)
        yield from ((row[0], row[-1]) for row in rows if row)


def texts_of(path):
    return [text for _, text in rows_of(path)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--like", nargs="+", required=True)
    parser.add_argument("--add", nargs="*", default=[])
    parser.add_argument("--add-characters", type=int, default=2_500_000)
    parser.add_argument("--at-least", type=float, default=0.03, help="mean log-odds of a line's characters")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    chance = random.Random(1)
    with open(args.corpus, encoding="utf-8") as file:
        lines = file.read().split("\n")

    wanted, usual = Counter(), Counter()
    for text in (text for path in args.like for text in texts_of(path)):
        wanted.update(text)
    for text in chance.sample(lines, min(60_000, len(lines))):
        usual.update(text)
    total_wanted, total_usual = sum(wanted.values()), sum(usual.values())
    odds = {sign: math.log((wanted[sign] + 5) / total_wanted) - math.log((usual[sign] + 5) / total_usual) for sign in set(wanted) | set(usual)}
    picked = [line for line in lines if 8 <= len(line) <= 1200 and sum(odds.get(sign, 0) for sign in line) / len(line) > args.at_least]

    added = [text.replace("\n", " ") for path in args.add for text in texts_of(path)]
    chance.shuffle(added)
    room = args.add_characters
    for text in added:
        if room <= 0:
            break
        picked.append(text)
        room -= len(text)

    chance.shuffle(picked)
    with open(args.out, "w", encoding="utf-8") as file:
        file.write("\n".join(picked) + "\n")
    print(f"{len(picked)} lines, {sum(map(len, picked))} characters")


if __name__ == "__main__":
    main()
