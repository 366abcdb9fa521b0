#!/usr/bin/env python3
"""What the data layer costs: seconds and resident memory of `inkstone data report` and of a training's start.

  data_layer.py report FILE… --vocab vocab.txt [--rounds 5]     a report on real files: seconds and peak memory, medians
  data_layer.py near [--rows 30000] [--rounds 3]                the search for near leaks between two files of that many rows
  data_layer.py big [--gigabytes 2] [--held-back 0]             a jsonl of that size: report, then one training step on it, twice,
                                                                and on 1 MB, whose peak is libtorch's and the runtime's

The rows of `near` and `big` are put together from the texts of data/samples, with seed 7; they are written to a temporary
folder (TMPDIR) and removed afterwards. Peak memory is the kernel's ru_maxrss of the whole process. Run it on a quiet machine.
"""
import argparse, csv, json, os, random, shutil, statistics, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
INKSTONE = os.path.join(ROOT, "inkstone")


def run(arguments):
    """Seconds and peak MiB of one whole command."""
    environment = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    began = time.perf_counter()
    process = subprocess.Popen([INKSTONE, *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(arguments)} ended with {process.returncode}:\n{errors}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def show(name, results):
    seconds, memory = zip(*results)
    print(f"{name}: {statistics.median(seconds):.2f} s (of {', '.join(f'{s:.2f}' for s in seconds)}), peak {max(memory):.0f} MiB", flush=True)


def sentences():
    for task in ("sentiment", "emotion"):
        with open(f"{ROOT}/data/samples/{task}/train.csv", encoding="utf-8", newline="") as source:
            for row in csv.DictReader(source):
                yield row["text"]


def write_rows(path, chance, parts, rows=None, size=None):
    written = count = 0
    with open(path, "w", encoding="utf-8") as target:
        while count < (rows or 1 << 60) and written < (size or 1 << 60):
            text = "".join(chance.choices(parts, k=chance.randint(1, 5))) + str(chance.randrange(10 ** 9))
            line = json.dumps({"text": text, "label": chance.choice(["negative", "positive"])}, ensure_ascii=False) + "\n"
            written += len(line.encode())
            count += 1
            target.write(line)
    return count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["report", "near", "big"])
    parser.add_argument("files", nargs="*")
    parser.add_argument("--vocab")
    parser.add_argument("--rows", type=int, default=30000)
    parser.add_argument("--gigabytes", type=float, default=2)
    parser.add_argument("--held-back", type=float, default=0, help="data.validation_split of the training")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    subprocess.run([INKSTONE, "setup"], check=True)
    if args.what == "report":
        extra = ["--vocab", args.vocab] if args.vocab else []
        show("data report", [run(["data", "report", *args.files, *extra, "--format", "json"]) for _ in range(args.rounds)])
        return

    folder = tempfile.mkdtemp()
    chance, parts = random.Random(7), list(sentences())
    try:
        if args.what == "near":
            train, test = f"{folder}/train.jsonl", f"{folder}/test.jsonl"
            write_rows(train, chance, parts, rows=args.rows)
            write_rows(test, chance, parts, rows=args.rows)
            show(f"data report, two files of {args.rows} rows", [run(["data", "report", train, test, "--format", "json"]) for _ in range(args.rounds)])
        else:
            path = f"{folder}/big.jsonl"
            rows = write_rows(path, chance, parts, size=int(args.gigabytes * 1e9))
            print(f"{rows} rows, {os.path.getsize(path) / 1e9:.2f} GB", flush=True)
            show("data report", [run(["data", "report", path, "--format", "json"])])
            os.environ["INKSTONE_CACHE"] = f"{folder}/cache"
            small = f"{folder}/small.jsonl"
            write_rows(small, chance, parts, size=10 ** 6)
            begin = lambda data, name: run(["train", "sentiment", "--train-file", data, "--output-dir", f"{folder}/{name}", "--set",
                                            "training.max_steps=1", "training.eval_strategy=no", f"data.validation_split={args.held_back}"])
            show("one training step on 1 MB", [base := begin(small, "run0")])
            show("one training step, first start", [first := begin(path, "run1")])
            ids = sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(f"{folder}/cache") for name in names)
            print(f"encoded rows on disk: {ids / 2 ** 20:.0f} MiB", flush=True)
            show("one training step, second start", [second := begin(path, "run2")])
            print(f"the data's own: {first[1] - base[1]:.0f} MiB, from the cache {second[1] - base[1]:.0f} MiB", flush=True)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
