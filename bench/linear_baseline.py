#!/usr/bin/env python3
"""The linear baseline on four public data sets, beside what peers' linear classifiers reach there.

    python3 bench/linear_baseline.py DATA [--cli ./inkstone] [--work /tmp/linear-baseline]

DATA is a folder with chnsenticorp/{train,dev}.tsv, weibo-emotion/{train,eval,usual_train,usual_eval}.json and
thucnews/{train,dev}.jsonl. Each line is one call of `inkstone baseline`, its accuracy and macro-F1, those of a peer (a linear
SVM or logistic regression over the same kind of n-grams, in Python), seconds and peak memory of the call as it reports them.

Standard library only.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys

# name, recipe (its cleaning and class weights), train, judged, peer's accuracy, peer's macro-F1
SETS = [
    ("chnsenticorp dev", "sentiment", "chnsenticorp/train.tsv", "chnsenticorp/dev.tsv", 0.918, 0.918),
    ("chnsenticorp dev_noleak", "sentiment", "chnsenticorp/train.tsv", "chnsenticorp/dev_noleak.tsv", 0.896, 0.894),
    ("weibo eval", "emotion", "weibo-emotion/train.json", "weibo-emotion/eval.json", 0.727, 0.581),
    ("weibo usual", "emotion", "weibo-emotion/usual_train.json", "weibo-emotion/usual_eval.json", 0.733, 0.705),
    ("thucnews dev", "sentiment", "thucnews/train.jsonl", "thucnews/dev.jsonl", 0.976, 0.971),
]

# Labels and files of the data, not of the recipe's own sample.
KEYS = ["data.label_names=null", "data.test_file=[]", "data.cache=false"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--cli", default="./inkstone", help="the program, words split at blanks (default ./inkstone)")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/linear-baseline"), help="scratch folder, emptied first")
    parser.add_argument("--only", help="just the sets whose name begins so")
    options = parser.parse_args()
    shutil.rmtree(options.work, ignore_errors=True)

    print("| rows | accuracy | peer | macro-F1 | peer | n-grams | seconds | peak MiB |")
    print("|---|---|---|---|---|---|---|---|")
    for name, recipe, train, judged, accuracy, macro_f1 in SETS:
        if options.only and not name.startswith(options.only):
            continue
        folder = options.work / name.replace(" ", "-").replace(",", "")
        call = [*options.cli.split(), "baseline", recipe, "--quiet", "--train-file", str(options.data / train),
                "--validation-file", str(options.data / judged), "--output-dir", str(folder), "--set", *KEYS]
        done = subprocess.run(call, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(call)}\n{done.stderr}")
        said = json.loads(done.stdout.splitlines()[-1])
        metrics = json.loads((folder / "evaluation" / "metrics.json").read_text(encoding="utf-8"))
        print(f"| {name} | {metrics['accuracy']:.4f} | {accuracy:.3f} | {metrics['f1_macro']:.4f} | {macro_f1:.3f} "
              f"| {said['features']} | {said['seconds']:.1f} | {said['peak_memory_mib']:.0f} |", flush=True)


if __name__ == "__main__":
    main()
