#!/usr/bin/env python3
"""What bfloat16 costs in accuracy: the sentiment recipe under several seeds, in float32 and in bfloat16, and the difference of the means.

  bf16_accuracy.py --data FOLDER [--seeds 1 2 3] [--model FOLDER] [--set KEY=VALUE …]

FOLDER holds train.tsv and dev.tsv of ChnSentiCorp. Ends with 1 where the mean accuracies differ by more than half a point.
"""
import argparse, json, os, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIMIT = 0.005


def accuracies(args, bf16, folder):
    model = ["--model", args.model] if args.model else []
    done = subprocess.run(
        [f"{ROOT}/inkstone", "train", "sentiment", "--train-file", f"{args.data}/train.tsv", "--validation-file", f"{args.data}/dev.tsv", *model,
         "--seeds", *map(str, args.seeds), "--output-dir", folder,
         "--set", "data.label_names=[negative, positive]", "tokenizer.max_length=256", f"training.bf16={bf16}", *args.set],
        capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    summary = json.loads(done.stdout.splitlines()[-1])
    return summary["metrics"]["accuracy"]["values"], summary["metrics"]["accuracy"]["mean"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--model")
    parser.add_argument("--set", nargs="*", default=[])
    args = parser.parse_args()
    means = {}
    print("| precision | accuracy, mean | each seed |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, bf16 in (("float32", "false"), ("bfloat16", "true")):
            values, means[name] = accuracies(args, bf16, f"{folder}/{name}")
            print(f"| {name} | {means[name]:.4f} | {', '.join(f'{value:.4f}' for value in values)} |", flush=True)
    difference = means["bfloat16"] - means["float32"]
    print(f"difference: {100 * difference:+.2f} points")
    sys.exit(abs(difference) > LIMIT)


if __name__ == "__main__":
    main()
