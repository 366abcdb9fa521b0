#!/usr/bin/env python3
"""What an encoder reaches when the shipped recipes fine-tune it on public sets: mean ± sd over seeds, beside a linear model.

  encoder_table.py --data FOLDER [--model FOLDER] [--seeds 1 2 3] [--sets chnsenticorp weibo usual news] [--set KEY=VALUE …]

FOLDER holds chnsenticorp/, weibo-emotion/ and thucnews/. Each run judges by the dev or eval rows that also chose its epoch;
the linear figures are character n-grams with a linear classifier, trained on the same rows (bench/ngram_baseline.py gives
such a one). Prints a row as soon as a set is done, with its command.
"""
import argparse, json, os, shlex, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COMMON = ["data.test_file=null", "training.early_stopping_patience=null"]
SETS = {
    "chnsenticorp": dict(recipe="sentiment", train="chnsenticorp/train.tsv", dev="chnsenticorp/dev.tsv", metric="accuracy", linear=0.918,
                         keys=["data.label_names=[negative, positive]", "optimizer.learning_rate=6e-4", "training.num_train_epochs=4",
                               "training.per_device_train_batch_size=32"]),
    "weibo": dict(recipe="emotion", train="weibo-emotion/train.json", dev="weibo-emotion/eval.json", metric="f1_macro", linear=0.581,
                  keys=["training.num_train_epochs=4", "training.per_device_train_batch_size=32"]),
    "usual": dict(recipe="emotion", train="weibo-emotion/usual_train.json", dev="weibo-emotion/usual_eval.json", metric="f1_macro", linear=0.705,
                  keys=["training.num_train_epochs=3", "training.per_device_train_batch_size=32"]),
    "news": dict(recipe="emotion", train="thucnews/train.jsonl", dev="thucnews/dev.jsonl", metric="f1_macro", linear=0.971,
                 keys=["data.label_names=[sport, health, finance, entertainment, tech, game]", "tokenizer.max_length=512",
                       "tokenizer.truncation_side=both", "tokenizer.head_tokens=256", "training.num_train_epochs=3"]),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--model")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--set", nargs="*", default=[])
    args = parser.parse_args()
    print("| set | metric | linear | mean ± sd | each seed | command |\n|---|---|---|---|---|---|")
    for name in args.sets:
        one = SETS[name]
        with tempfile.TemporaryDirectory() as folder:
            command = ["./inkstone", "train", one["recipe"], "--train-file", f"{args.data}/{one['train']}", "--validation-file", f"{args.data}/{one['dev']}",
                       *(["--model", args.model] if args.model else []), "--seeds", *map(str, args.seeds),
                       "--set", *COMMON, f"training.metric_for_best_model={one['metric']}", *one["keys"], *args.set]
            done = subprocess.run([*command, "--output-dir", f"{folder}/run"], cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        result = json.loads(done.stdout.splitlines()[-1])["metrics"][one["metric"]]
        spread = f" ± {result['sd']:.4f}" if result.get("sd") is not None else ""
        print(f"| {name} | {one['metric']} | {one['linear']:.3f} | {result['mean']:.4f}{spread} | {', '.join(f'{value:.4f}' for value in result['values'])} | "
              f"`{shlex.join(command).replace(args.data, '$D')}` |", flush=True)


if __name__ == "__main__":
    main()
