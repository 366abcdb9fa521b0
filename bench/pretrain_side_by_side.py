#!/usr/bin/env python3
"""Pre-training a small encoder, beside a loop of that kind in plain PyTorch (pretrain_peer.py), in turn, on this machine.

  pretrain_side_by_side.py [--rounds 3] [--steps 20] [--peer-python /usr/bin/python3]

4 layers, width 256, vocabulary 8 900, 64 × 128 tokens a step. Ours runs `inkstone pretrain` on made-up lines of 126
characters, whose vocabulary is as large, and packs them 64 a step. Each round runs every setting once; the table shows
medians, then each round. Run it on a quiet machine: load slows both, and not alike.
"""
import argparse, json, os, random, shutil, statistics, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BLAS = {"PyTorch": "/usr/lib/x86_64-linux-gnu/openblas-pthread", "PyTorch, OpenMP BLAS": "/usr/lib/x86_64-linux-gnu/openblas-openmp"}
WORDS = 8800


def environment():
    clean = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    clean["OMP_NUM_THREADS"] = str(len(os.sched_getaffinity(0)))
    return clean


def last_json(text):
    return json.loads([line for line in text.splitlines() if line.startswith("{")][-1])


def run_peer(args, blas, flags):
    env = environment()
    env["LD_LIBRARY_PATH"] = blas
    done = subprocess.run([args.peer_python, f"{ROOT}/bench/pretrain_peer.py", "--steps", str(args.steps), *flags], env=env, capture_output=True, text=True, check=True)
    result = last_json(done.stdout)
    return result["tokens_per_s"], result["peak_mib"]


def run_ours(args, folder, flags):
    run = f"{folder}/run"
    env = environment()
    env["INKSTONE_CACHE"] = f"{folder}/cache"
    done = subprocess.run(
        [f"{ROOT}/inkstone", "pretrain", f"{folder}/lines.txt", "--vocab", f"{folder}/vocab.txt", "--output-dir", run, "--max-steps", str(args.steps),
         "--held-out-texts", "0", "--max-length", "128", "--batch-tokens", "8192", *flags], env=env, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    shutil.rmtree(run)
    result = last_json(done.stdout)
    return result["tokens_per_second"], result["peak_memory_mib"]


def prepare(folder):
    chance = random.Random(0)
    words = [chr(0x4E00 + number) for number in range(WORDS)]
    with open(f"{folder}/vocab.txt", "w", encoding="utf-8") as file:
        file.write("".join(f"{token}\n" for token in ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]))
    with open(f"{folder}/lines.txt", "w", encoding="utf-8") as file:
        for _ in range(6400):
            file.write("".join(chance.choices(words, k=126)) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--peer-python", default="/usr/bin/python3")
    args = parser.parse_args()
    results = {}

    def keep(name, result):
        results.setdefault(name, []).append(result)
        print(f"{name}: {result[0]:.0f} tokens/s, {result[1]:.0f} MiB", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        for _ in range(args.rounds):
            for name, flags in (("fp32", ["--bf16", "false"]), ("bf16", ["--bf16", "true"])):
                keep(f"inkstone, {name}", run_ours(args, folder, flags))
            for name, blas in BLAS.items():
                if os.path.isdir(blas):
                    for dtype, flags in (("fp32", []), ("bf16", ["--bf16"])):
                        keep(f"{name}, {dtype}", run_peer(args, blas, flags))
    print("| pre-training, 4 × 256, 64 × 128 tokens | tokens/s, median | peak MiB | each round |\n|---|---|---|---|")
    for name, runs in results.items():
        print(f"| {name} | {statistics.median(s for s, _ in runs):.0f} | {statistics.median(m for _, m in runs):.0f} | {', '.join(f'{s:.0f}' for s, _ in runs)} |")


if __name__ == "__main__":
    main()
