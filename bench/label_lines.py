#!/usr/bin/env python3
"""Labelled texts as lines for pre-training, each led by one character for its label: "怒：…". A model that has to guess that character
learns what the label hangs on, in the same task as everything else (`pretrain --first-token hide`, or label with --between "").

  label_lines.py --corpus corpus.txt --rows FILE KIND TIMES … --out lines.txt [--guessed KIND TIMES LINEAR NETS …] [--beside FILE …]

KIND names the label's characters: emotion, sentiment, topic. TIMES: how often each text is written. All of it is shuffled with a fixed seed.

--rows: a file of labelled training rows. Those count that stand in the corpus as a line, as rows that share text with a dev or test set
were left out of it. --piece: of long rows of topics those lines, too, that are a part, in pieces of about so many characters.
--guessed: texts without a label, with the probabilities of a linear model (predictions.csv of `inkstone baseline`) and of fine-tuned
encoders (a .jsonl of `inkstone predict`) for the same texts. Each time a label is drawn by the geometric mean of the two.
--beside: lines that are added as they are.
"""
import argparse, csv, json, math, random, unicodedata

from pick_lines import rows_of

SIGNS = {
    "emotion": {"neutral": "平", "happy": "喜", "angry": "怒", "sad": "哀", "fear": "惧", "surprise": "惊"},
    "sentiment": {"1": "好", "0": "坏", "positive": "好", "negative": "坏"},
    "topic": {"sport": "体", "entertainment": "娱", "tech": "科", "health": "医", "finance": "财", "game": "游"},
}
LONG = 300     # characters of a row that the corpus may have in several lines
WINDOW = 24    # characters in a row that tell whose part a line is


def key(text):
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def rows_in(path, kind, corpus, known, piece):
    """Label and text of a file's rows, or of their parts, that stand in the corpus."""
    windows = {}
    for label, text in rows_of(path):
        text = " ".join(text.split())
        if label not in SIGNS[kind]:
            continue
        if hash(key(text)) in known:
            yield label, text
        elif piece and kind == "topic" and len(text) > LONG:
            windows.update((text[at:at + WINDOW], label) for at in range(len(text) - WINDOW + 1))

    for line in corpus if windows else []:
        places = (0, (len(line) - WINDOW) // 2, len(line) - WINDOW)
        begin, middle, end = (windows.get(line[at:at + WINDOW]) if len(line) > 2 * WINDOW else None for at in places)
        if begin and begin == middle == end:
            width = math.ceil(len(line) / max(1, round(len(line) / piece)))
            yield from ((begin, line[at:at + width]) for at in range(0, len(line), width))


def guesses(kind, linear, nets, chance, times):
    """Texts, each so many times, with labels drawn by what a linear model and encoders make of them."""
    with open(linear, encoding="utf-8-sig", newline="") as rows, open(nets, encoding="utf-8") as others:
        for row, other in zip(csv.DictReader(rows), map(json.loads, others), strict=True):
            if row["text"] != other["text"]:
                raise SystemExit(f"{linear} and {nets} are not of the same texts: {row['text'][:40]} and {other['text'][:40]}.")
            signs = {SIGNS[kind][label]: probability for label, probability in other["probabilities"].items()}
            ours = {SIGNS[kind][name.removeprefix("probability_")]: float(value) for name, value in row.items() if name.startswith("probability_")}
            weights = [math.sqrt(max(1e-6, ours[sign]) * max(1e-6, probability)) for sign, probability in signs.items()]
            for sign in chance.choices(list(signs), weights, k=times):
                yield sign, " ".join(row["text"].split())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--rows", nargs=3, action="append", default=[], metavar=("FILE", "KIND", "TIMES"))
    parser.add_argument("--guessed", nargs=4, action="append", default=[], metavar=("KIND", "TIMES", "LINEAR", "NETS"))
    parser.add_argument("--beside", nargs="*", default=[])
    parser.add_argument("--between", default="：", help="what stands between label and text")
    parser.add_argument("--piece", type=int)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    chance = random.Random(1)
    with open(args.corpus, encoding="utf-8") as file:
        corpus = file.read().splitlines()
    known = {hash(key(line)) for line in corpus}

    lines = []
    for path, kind, times in args.rows:
        taken = [SIGNS[kind][label] + args.between + text for label, text in rows_in(path, kind, corpus, known, args.piece)]
        print(f"{path}: {len(taken)} texts, {sum(map(len, taken))} characters")
        lines += taken * int(times)
    for kind, times, linear, nets in args.guessed:
        lines += [sign + args.between + text for sign, text in guesses(kind, linear, nets, chance, int(times))]
    for path in args.beside:
        with open(path, encoding="utf-8") as file:
            lines += file.read().splitlines()
    chance.shuffle(lines)
    with open(args.out, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    print(f"{len(lines)} lines, {sum(map(len, lines))} characters")


if __name__ == "__main__":
    main()
