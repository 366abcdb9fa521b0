#!/usr/bin/env python3
"""How time and memory grow with the number of rows: a small encoder trains one epoch on, and predicts, 1 000, 4 000 and 16 000 rows.

  growth.py --data reviews.tsv --vocab vocab.txt [--rows 1000 4000 16000] [--size tiny]

The rows are those of --data (tab-separated, with a header), again from the start where they do not suffice. Time a token should stay the
same, and memory too.
"""
import argparse, itertools, json, os, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def ours(*arguments):
    done = subprocess.run([f"{ROOT}/inkstone", *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return done


def last_json(text):
    return json.loads([line for line in text.splitlines() if line.startswith("{")][-1])


def write_rows(source, count, path):
    with open(source, encoding="utf-8") as file:
        header, *rows = file.read().splitlines()
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join([header, *itertools.islice(itertools.cycle(rows), count)]) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--vocab", required=True)
    parser.add_argument("--rows", type=int, nargs="+", default=[1000, 4000, 16000])
    parser.add_argument("--size", default="tiny")
    args = parser.parse_args()
    print("| rows | training, s | tokens/s | peak MiB | predicting, s | tokens/s | peak MiB |\n|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["/usr/bin/python3", f"{ROOT}/bench/make_random_encoder.py", f"{folder}/model", "--vocab", args.vocab, "--size", args.size], check=True)
        with open(f"{folder}/growth.yaml", "w") as recipe:
            recipe.write("data: {validation_split: 0, cleaning: {drop_duplicates: false}}\ntokenizer: {max_length: 256}\n"
                         "training: {num_train_epochs: 1, per_device_train_batch_size: 16, eval_strategy: 'no', save_strategy: 'no'}\n")
        for count in args.rows:
            write_rows(args.data, count, f"{folder}/rows.tsv")
            run = f"{folder}/run{count}"
            trained = last_json(ours("train", f"{folder}/growth.yaml", "--train-file", f"{folder}/rows.tsv", "--model", f"{folder}/model", "--output-dir", run).stdout)
            predicted = last_json(ours("predict", "--model", f"{run}/last", "--input", f"{folder}/rows.tsv", "--output", f"{folder}/out.jsonl").stderr)
            cells = [trained["seconds"], trained["tokens_per_second"], trained["peak_memory_mib"],
                     predicted["seconds"], predicted["tokens_per_second"], predicted["peak_memory_mib"]]
            print(f"| {count:,} | ".replace(",", " ") + " | ".join(f"{cell:,.1f}" if cell < 100 else f"{cell:,.0f}".replace(",", " ") for cell in cells) + " |", flush=True)


if __name__ == "__main__":
    main()
