#!/usr/bin/env python3
"""Lines of a corpus that no training row has, sorted by what they read like, for models to label (`label_lines.py --guessed`).

  unlabelled_lines.py --corpus corpus.txt --close social.txt --posts COVID USUAL --reviews FILE … --out FOLDER

By the log-odds of their pairs of characters: covid.jsonl gets posts that read more like COVID than like USUAL and name what the epidemic
is about, posts.jsonl the other posts, reviews.jsonl reviews. --close: the lines that are looked at (`pick_lines.py`); of the others, just
those about the epidemic. `inkstone baseline` wants a label in the file: each line has the first that its kind knows, which nothing learns from.
"""
import argparse, json, math, os, re
from collections import Counter

from label_lines import key
from pick_lines import rows_of

EPIDEMIC = re.compile("疫|新冠|冠状|肺炎|武汉|口罩|隔离|病毒|雷神山|火神山|钟南山|李文亮|防护服|医护|逆行|确诊|方舱")
LONGEST = 600  # characters
POST, REVIEW = 0.3, -0.25   # mean log-odds of a line's pairs


def pairs(text):
    return [text[at:at + 2] for at in range(len(text) - 1)]


class LogOdds:
    """How much more like texts of one kind than like those of another a text reads: a mean over its pairs of characters."""

    def __init__(self, ones, others):
        self.counts = [Counter(pair for text in texts for pair in pairs(" ".join(text.split()))) for texts in (ones, others)]
        self.totals = [sum(counts.values()) + 50_000 for counts in self.counts]

    def of(self, text):
        one, other = ([math.log((counts[pair] + 0.5) / total) for pair in pairs(text)] for counts, total in zip(self.counts, self.totals))
        return (sum(one) - sum(other)) / max(1, len(one))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--close", required=True)
    parser.add_argument("--posts", nargs=2, required=True, metavar=("COVID", "USUAL"))
    parser.add_argument("--reviews", nargs="+", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()

    covid, usual = ([text for _, text in rows_of(path)] for path in args.posts)
    reviews = [text for path in args.reviews for _, text in rows_of(path)]
    seen = {key(text) for text in covid + usual + reviews}
    like_post, like_covid = LogOdds(covid + usual, reviews), LogOdds(covid, usual)
    with open(args.close, encoding="utf-8") as file:
        close = set(file.read().splitlines())

    kinds = {"covid": [], "posts": [], "reviews": []}
    with open(args.corpus, encoding="utf-8") as file:
        for line in file.read().splitlines():
            of_epidemic = len(line) < LONGEST and EPIDEMIC.search(line)
            if (line in close or of_epidemic) and key(line) not in seen:
                odds = like_post.of(line)
                if odds > POST:
                    kinds["covid" if of_epidemic and like_covid.of(line) > 0 else "posts"].append(line)
                elif odds < REVIEW and line in close:
                    kinds["reviews"].append(line)

    os.makedirs(args.out, exist_ok=True)
    for name, lines in kinds.items():
        print(f"{name}: {len(lines)} lines, {sum(map(len, lines))} characters")
        with open(os.path.join(args.out, name + ".jsonl"), "w", encoding="utf-8") as file:
            file.writelines(json.dumps({"text": line, "label": "0" if name == "reviews" else "neutral"}, ensure_ascii=False) + "\n" for line in lines)


if __name__ == "__main__":
    main()
