#!/usr/bin/env python3
"""Labelled training rows as lines for pre-training, each led by one character for its label: "怒：…". A model that has to guess that
character learns what the label hangs on, in the same task as everything else.

  label_lines.py --corpus corpus.txt --rows FILE KIND … --out lines.txt [--beside FILE] [--repeat N]

KIND names the label's characters: emotion, sentiment, topic. Only rows that stand in the corpus as a line are taken, as those that share
text with a dev or test set were left out of it. --repeat writes each several times; --beside adds the lines of another file; all of it
is shuffled with a fixed seed.
"""
import argparse, random, unicodedata

from pick_lines import rows_of

SIGNS = {
    "emotion": {"neutral": "平", "happy": "喜", "angry": "怒", "sad": "哀", "fear": "惧", "surprise": "惊"},
    "sentiment": {"1": "好", "0": "坏", "positive": "好", "negative": "坏"},
    "topic": {"sport": "体", "entertainment": "娱", "tech": "科", "health": "医", "finance": "财", "game": "游"},
}


def key(text):
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--rows", nargs="+", required=True, metavar="FILE KIND")
    parser.add_argument("--beside")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    with open(args.corpus, encoding="utf-8") as file:
        known = {hash(key(line)) for line in file}

    lines = []
    for path, kind in zip(args.rows[::2], args.rows[1::2]):
        rows = list(rows_of(path))
        taken = [(" ".join(text.split()), SIGNS[kind][label]) for label, text in rows if label in SIGNS[kind] and hash(key(text)) in known]
        print(f"{path}: {len(taken)} of {len(rows)} rows")
        lines += [f"{sign}：{text}" for text, sign in taken] * args.repeat

    if args.beside:
        with open(args.beside, encoding="utf-8") as file:
            lines += file.read().splitlines()
    random.Random(1).shuffle(lines)
    with open(args.out, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    print(f"{len(lines)} lines, {sum(map(len, lines))} characters")


if __name__ == "__main__":
    main()
