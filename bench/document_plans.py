#!/usr/bin/env python3
"""Ways to read long documents, side by side on real articles: mean ± sd over seeds, scores by source, time and memory.

  document_plans.py --data FOLDER --out FOLDER [--model FOLDER] [--seeds 1 2 3] [--plans head chunk-mean …] [--max-length 256]
                    [--set KEY=VALUE …]

FOLDER of the data holds thucnews/train.jsonl and dev.jsonl, whose ids begin with their source. Every plan is the recipe `news` with a few
keys changed; its folder is judged by all of dev, which also chose the epoch. A run that is in --out already is not trained again. Prints a
row as soon as a plan is done. bench/linear_baseline.py gives the linear model's.
"""
import argparse, csv, glob, json, os, shutil, statistics, subprocess, sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CUT = "tokenizer.long_text=truncate"
CHUNK = "tokenizer.long_text=chunk"
HIERARCHICAL = [CHUNK, "model.architecture=hierarchical"]
PLANS = {
    "head": [CUT, "tokenizer.truncation_side=right"],
    "tail": [CUT, "tokenizer.truncation_side=left"],
    "head+tail": [CUT, "tokenizer.truncation_side=both"],
    "chunk-mean": [CHUNK, "model.aggregation=mean"],
    "chunk-max": [CHUNK, "model.aggregation=max"],
    "chunk-logsumexp": [CHUNK, "model.aggregation=logsumexp"],
    "lstm": [*HIERARCHICAL, "model.chunk_encoder=lstm"],
    "transformer": [*HIERARCHICAL, "model.chunk_encoder=transformer"],
    "attention": [*HIERARCHICAL, "model.chunk_encoder=attention"],
    "frozen-lstm": [*HIERARCHICAL, "model.chunk_encoder=lstm", "model.freeze_encoder=true"],
    "longformer": [CUT, "model.architecture=longformer", "tokenizer.max_length=1024"],
    "longer-positions": [CUT, "tokenizer.max_length=1024", "model.max_position_embeddings=1024"],
}


def inkstone(*arguments):
    done = subprocess.run([f"{ROOT}/inkstone", *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout.splitlines()[-1] if done.stdout else ""


def run(args, plan, seed):
    folder = f"{args.out}/{plan}-{seed}"
    if not os.path.exists(f"{folder}/result.json"):
        shutil.rmtree(folder, ignore_errors=True)
        model = args.model
        if plan == "longformer":
            model = f"{args.out}/longformer-model"
            if not os.path.exists(model):
                inkstone("convert", "--to", "longformer", "--max-length", "1024", "--attention-window", "128", args.model, model)
        line = inkstone("train", "news", "-o", folder, "--model", model, "--train-file", f"{args.data}/thucnews/train.jsonl", "--validation-file",
                        f"{args.data}/thucnews/dev.jsonl", "--set", "data.test_file=[]", f"training.seed={seed}", f"tokenizer.max_length={args.max_length}",
                        f"tokenizer.stride={args.max_length // 4}", "training.metric_for_best_model=f1_macro", "evaluation.baseline=false",
                        "training.save_total_limit=1", *args.set, *PLANS[plan])
        with open(f"{folder}/result.json", "w") as file:
            file.write(line)
        for pattern in ("best", "last", "checkpoint-*"):
            for kept in glob.glob(f"{folder}/{pattern}"):
                shutil.rmtree(kept)
    with open(f"{folder}/result.json") as result, open(f"{folder}/evaluation/metrics.json") as metrics:
        result = json.load(metrics) | json.load(result)
    with open(f"{folder}/evaluation/slices.csv", encoding="utf-8") as file:
        sources = {row["value"]: float(row["accuracy"]) for row in csv.DictReader(file) if row["by"] == "id_prefix"}
    return result, sources


def spread(values):
    return f"{statistics.mean(values):.4f}" + (f" ± {statistics.stdev(values):.4f}" if len(values) > 1 else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--model", default="models/inkstone-mini-zh")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--plans", nargs="+", choices=PLANS, default=list(PLANS))
    parser.add_argument("--max-length", type=int, default=256)
    parser.add_argument("--set", nargs="*", default=[])
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    header = None
    for plan in args.plans:
        results, sources = zip(*(run(args, plan, seed) for seed in args.seeds))
        if header is None:
            header = sorted(sources[0])
            print(f"| plan | accuracy | macro-F1 | {' | '.join(header)} | seconds | peak MiB |\n|---|---|---|{'---|' * (len(header) + 2)}")
        print(f"| {plan} | {spread([of['accuracy'] for of in results])} | {spread([of['f1_macro'] for of in results])} | "
              + " | ".join(f"{statistics.mean(of[name] for of in sources):.3f}" for name in header)
              + f" | {statistics.mean(result['seconds'] for result in results):.0f} | {max(result['peak_memory_mib'] for result in results):.0f} |", flush=True)


if __name__ == "__main__":
    main()
