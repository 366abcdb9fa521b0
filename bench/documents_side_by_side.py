#!/usr/bin/env python3
"""Training on long documents, 512/128, BERT-base: ours beside plain PyTorch (documents_peer.py), in turn, on this machine.

  documents_side_by_side.py --data articles.csv --vocab vocab.txt [--rows 64] [--batch-size 4] [--rounds 3]
      [--tokens-per-batch 4096] [--size base|mini|tiny] [--ours fp32 bf16] [--peer fp32 bf16]

Each round runs every setting once; the table shows medians, then each round's numbers. Documents a second count whole steps
(forward, backward, update) with tokenising for the peer, and for ours without: it tokenises before the first step. With
--tokens-per-batch, ours runs also with batches of that many tokens, whose peak memory is bounded whatever the documents' lengths.
Run it on a quiet machine.
"""
import argparse, csv, os, statistics, subprocess, sys, tempfile

from side_by_side import BLAS, ROOT, environment, keep, last_json
from make_random_encoder import SIZES


def run_peer(args, precision):
    layers, hidden, heads, wide = SIZES[args.size]
    env = environment()
    env["LD_LIBRARY_PATH"] = next(path for path in reversed(list(BLAS.values())) if os.path.isdir(path))
    command = ["/usr/bin/python3", f"{ROOT}/bench/documents_peer.py", "--data", args.data, "--vocab", args.vocab, "--limit", str(args.rows), "--batch-size", str(args.batch_size),
               "--layers", str(layers), "--hidden", str(hidden), "--heads", str(heads), "--intermediate", str(wide), *(["--bf16"] if precision == "bf16" else [])]
    result = last_json(subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout)
    return result["samples_per_s"], result["peak_mib"]


def run_ours(args, folder, precision, more):
    with tempfile.TemporaryDirectory(dir=folder) as run:
        command = [f"{ROOT}/inkstone", "train", f"{folder}/bench.yaml", "--train-file", f"{folder}/rows.csv", "--model", f"{folder}/encoder", "--output-dir", f"{run}/run",
                   "--set", f"training.bf16={'true' if precision == 'bf16' else 'false'}", *more]
        done = subprocess.run(command, env=environment(), capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        result = last_json(done.stdout)
        return result["samples_per_second"], result["peak_memory_mib"]


def prepare(args, folder):
    subprocess.run(["/usr/bin/python3", f"{ROOT}/bench/make_random_encoder.py", f"{folder}/encoder", "--vocab", args.vocab, "--size", args.size], check=True)
    csv.field_size_limit(2**31 - 1)
    with open(args.data, encoding="utf-8-sig", newline="") as source, open(f"{folder}/rows.csv", "w", encoding="utf-8", newline="") as target:
        table = csv.writer(target)
        table.writerow(["text", "label"])
        table.writerows((row["text"], row["label"]) for row, _ in zip(csv.DictReader(source), range(args.rows)))
    with open(f"{folder}/bench.yaml", "w") as recipe:
        recipe.write("data: {validation_split: 0, cleaning: {drop_duplicates: false}}\ntokenizer: {max_length: 512, long_text: chunk, stride: 128}\n"
                     f"training: {{num_train_epochs: 1, per_device_train_batch_size: {args.batch_size}, eval_strategy: 'no', save_strategy: 'no'}}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--vocab", required=True)
    parser.add_argument("--rows", type=int, default=64)
    parser.add_argument("--batch-size", type=int, default=4, help="documents")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", choices=SIZES, default="base")
    parser.add_argument("--tokens-per-batch", type=int)
    parser.add_argument("--ours", nargs="+", choices=("fp32", "bf16"), default=["fp32", "bf16"])
    parser.add_argument("--peer", nargs="+", choices=("fp32", "bf16"), default=["fp32", "bf16"])
    args = parser.parse_args()
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        prepare(args, folder)
        for number in range(args.rounds):
            for precision in args.ours:
                keep(results, f"inkstone, {precision}", run_ours(args, folder, precision, []))
                if args.tokens_per_batch:
                    keep(results, f"inkstone, {precision}, {args.tokens_per_batch} tokens a batch", run_ours(args, folder, precision, [f"training.tokens_per_batch={args.tokens_per_batch}"]))
            for precision in args.peer:
                keep(results, f"PyTorch {precision}", run_peer(args, precision))
            print(f"round {number + 1} of {args.rounds} done", file=sys.stderr)
    print(f"| train, {args.size}, {args.rows} documents, 512/128 | documents/s, median | peak MiB | each round |\n|---|---|---|---|")
    for name, runs in results.items():
        print(f"| {name} | {statistics.median(s for s, _ in runs):.3f} | {statistics.median(m for _, m in runs):.0f} | {', '.join(f'{s:.3f}' for s, _ in runs)} |")


if __name__ == "__main__":
    main()
