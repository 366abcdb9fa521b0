#!/usr/bin/env python3
"""Training and predicting BERT-base, beside the same pipeline in plain PyTorch, in turn, on this machine.

  side_by_side.py train|predict --peer reference_pipeline.py --data reviews.tsv --vocab vocab.txt [--rows 128] [--rounds 3] [--only "default (fp32)" "bf16, by length"]

The peer is a script that takes `train|predict --data --vocab --config base --limit N --batch-size 16 --max-length 256
[--bf16] [--group-by-length]` and prints a JSON line with samples_per_s and peak_mib; it runs under /usr/bin/python3
(Debian: python3-torch). Ours runs as ./inkstone. Each round runs ours and every setting of the peer once; the table
shows medians, then each round's numbers. Run it on a quiet machine.
"""
import argparse, json, os, statistics, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PEER_SETTINGS = {"default (fp32)": [], "fp32, by length": ["--group-by-length"], "bf16": ["--bf16"], "bf16, by length": ["--bf16", "--group-by-length"]}
BLAS = {"": "/usr/lib/x86_64-linux-gnu/openblas-pthread", ", OpenMP BLAS": "/usr/lib/x86_64-linux-gnu/openblas-openmp"}


def environment():
    clean = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    clean["OMP_NUM_THREADS"] = str(len(os.sched_getaffinity(0)))
    return clean


def variants(kernels):
    """Name → (flags, BLAS folder, kernels) of every setting of the peer."""
    named = {}
    for name, flags in PEER_SETTINGS.items():
        for suffix, blas in BLAS.items():
            if os.path.isdir(blas):
                named[name + suffix] = (flags, blas, None)
        if kernels:
            named[f"{name}, OpenMP BLAS told {kernels}"] = (flags, BLAS[", OpenMP BLAS"], kernels)
    return named


def last_json(text):
    return json.loads([line for line in text.splitlines() if line.startswith("{")][-1])


def run_peer(args, flags, blas, kernels=None):
    env = environment()
    env["LD_LIBRARY_PATH"] = blas
    if kernels:
        env["OPENBLAS_CORETYPE"] = kernels
    command = ["/usr/bin/python3", args.peer, args.mode, "--data", args.data, "--vocab", args.vocab, "--config", "base",
               "--limit", str(args.rows), "--batch-size", "16", "--max-length", "256", *flags]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    result = last_json(done.stdout)
    return result["samples_per_s"], result["peak_mib"]


def run_ours(args, folder, rows, flags):
    ours = [f"{ROOT}/inkstone"]
    if args.mode == "train":
        run = tempfile.mkdtemp(dir=folder)
        done = subprocess.run(
            ours + ["train", f"{folder}/bench.yaml", "--train-file", rows, "--model", f"{folder}/base", "--output-dir", f"{run}/run", "--set", *flags],
            env=environment(), capture_output=True, text=True, check=True)
        subprocess.run(["rm", "-rf", run], check=True)
        result = last_json(done.stdout)
    else:
        done = subprocess.run(
            ours + ["predict", "--model", f"{folder}/classifier", "--max-length", "256", "--input", rows, "--output", f"{folder}/out.jsonl", *flags],
            env=environment(), capture_output=True, text=True, check=True)
        result = last_json(done.stderr)
    return result["samples_per_second"], result["peak_memory_mib"]


def prepare(args, folder):
    subprocess.run(["/usr/bin/python3", f"{ROOT}/bench/make_random_encoder.py", f"{folder}/base", "--vocab", args.vocab], check=True)
    rows = f"{folder}/rows.tsv"
    with open(args.data, encoding="utf-8") as source, open(rows, "w", encoding="utf-8") as target:
        for number, line in enumerate(source):
            if number <= args.rows:
                target.write(line)
    with open(f"{folder}/bench.yaml", "w") as recipe:
        recipe.write("data: {validation_split: 0, cleaning: {drop_duplicates: false}}\ntokenizer: {max_length: 256}\n"
                     "training: {num_train_epochs: 1, per_device_train_batch_size: 16, eval_strategy: 'no', save_strategy: 'no'}\n")
    if args.mode == "predict":
        done = subprocess.run(
            [f"{ROOT}/inkstone", "train", f"{folder}/bench.yaml", "--train-file", rows, "--model", f"{folder}/base", "--output-dir", f"{folder}/run",
             "--set", "training.max_steps=1"], capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        os.rename(f"{folder}/run/last", f"{folder}/classifier")
    return rows


def keep(results, name, result):
    results.setdefault(name, []).append(result)
    print(f"{name}: {result[0]:.2f} samples/s, {result[1]:.0f} MiB", file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=("train", "predict"))
    parser.add_argument("--peer", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--vocab", required=True)
    parser.add_argument("--rows", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", metavar="SETTING", help="settings of the peer to run, such as 'bf16, by length, OpenMP BLAS'; all where left out")
    parser.add_argument("--ours", nargs="+", choices=("fp32", "bf16"), default=["fp32", "bf16"], help="precisions of ours to run")
    parser.add_argument("--blas-kernels", metavar="NAME", help="run each setting of the peer also with OPENBLAS_CORETYPE=NAME, such as SkylakeX: an OpenBLAS that is older than the processor does not know it")
    args = parser.parse_args()
    every = variants(args.blas_kernels)
    if unknown := set(args.only or []) - set(every):
        parser.error(f"--only: no such setting {', '.join(sorted(unknown))}; there are: {'; '.join(every)}")
    chosen = {name: every[name] for name in args.only or every}
    with tempfile.TemporaryDirectory() as folder:
        rows = prepare(args, folder)
        precisions = {"fp32": ["training.bf16=false"], "bf16": ["training.bf16=true"]} if args.mode == "train" else {"fp32": [], "bf16": ["--bf16"]}
        ours = {f"inkstone, {name}": precisions[name] for name in args.ours}
        results = {}
        for number in range(args.rounds):
            for name, flags in ours.items():
                keep(results, name, run_ours(args, folder, rows, flags))
            for name, (flags, blas, kernels) in chosen.items():
                keep(results, f"PyTorch {name}", run_peer(args, flags, blas, kernels))
            print(f"round {number + 1} of {args.rounds} done", file=sys.stderr)
    print(f"| {args.mode}, BERT-base, {args.rows} rows | samples/s, median | peak MiB | each round |\n|---|---|---|---|")
    for name, runs in results.items():
        print(f"| {name} | {statistics.median(s for s, _ in runs):.2f} | {statistics.median(m for _, m in runs):.0f} | {', '.join(f'{s:.2f}' for s, _ in runs)} |")


if __name__ == "__main__":
    main()
