#!/usr/bin/env python3
"""How time and memory grow with the length of texts: training steps of BERT with a longer position table, Longformer and BigBird.

  long_texts.py --vocab vocab.txt [--size base] [--lengths 1024 2048 4096] [--window 512] [--kinds bert longformer bigbird] [--steps 6]

Every kind starts from one random BERT; each pair of kind and length is a process of its own, which trains on texts of just that
length, one a step. The first step is left out of the time: it holds the start-up. Attention of BERT costs the square of the length, of the
two others its first power. Needs numpy.
"""
import argparse, csv, json, os, random, shutil, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def ours(*arguments):
    done = subprocess.run([f"{ROOT}/inkstone", *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def make_models(folder, args, longest):
    bert, longformer, bigbird = (f"{folder}/{kind}" for kind in ("bert", "longformer", "bigbird"))
    subprocess.run([sys.executable, f"{ROOT}/bench/make_random_encoder.py", bert, "--vocab", args.vocab, "--size", args.size], check=True)
    ours("convert", "--to", "longformer", "--max-length", str(longest), "--attention-window", str(args.window), bert, longformer)
    shutil.copytree(bert, bigbird)  # the names are BERT's but for the pooler, which no classifier reads
    with open(f"{bert}/config.json") as file:
        config = json.load(file)
    with open(f"{bigbird}/config.json", "w") as file:
        json.dump(config | {"model_type": "big_bird", "attention_type": "block_sparse", "block_size": 64, "num_random_blocks": 3}, file)
    return {"bert": bert, "longformer": longformer, "bigbird": bigbird}


def write_texts(vocab, path, count, length):
    with open(vocab, encoding="utf-8") as file:
        words = [word for word in file.read().split("\n") if len(word) == 1 and "一" <= word <= "鿿"]
    chance = random.Random(0)
    with open(path, "w", encoding="utf-8") as file:
        file.write("text,label\n")
        for row in range(count):
            file.write("".join(chance.choice(words) for _ in range(length)) + f",{'ab'[row % 2]}\n")


def measure(folder, model, length, steps, grow):
    write_texts(f"{model}/vocab.txt", f"{folder}/texts.csv", steps + 1, length)
    run = f"{folder}/run-{os.path.basename(model)}-{length}"
    with open(f"{folder}/long.yaml", "w") as recipe:
        recipe.write(f"data: {{train_file: {folder}/texts.csv, validation_split: 0, cache: false}}\ntokenizer: {{max_length: {length}}}\n"
                     f"model: {{name_or_path: {model}, max_position_embeddings: {length if grow else 'null'}}}\n"
                     "training: {num_train_epochs: 1, per_device_train_batch_size: 1, logging_steps: 1, eval_strategy: 'no', save_strategy: 'no', bf16: false}\n")
    result = json.loads(ours("train", f"{folder}/long.yaml", "--output-dir", run).strip().splitlines()[-1])
    with open(f"{run}/log.csv") as file:
        seconds = [float(row["seconds"]) for row in csv.DictReader(file) if row["split"] == "train"]
    shutil.rmtree(run)
    return (seconds[-1] - seconds[0]) / (len(seconds) - 1), result["peak_memory_mib"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vocab", required=True)
    parser.add_argument("--size", default="base")
    parser.add_argument("--lengths", type=int, nargs="+", default=[1024, 2048, 4096])
    parser.add_argument("--window", type=int, default=512)
    parser.add_argument("--kinds", nargs="+", choices=["bert", "longformer", "bigbird"], default=["bert", "longformer", "bigbird"])
    parser.add_argument("--steps", type=int, default=6)
    args = parser.parse_args()
    print("| encoder | tokens | s/step | tokens/s | peak MiB |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        models = make_models(folder, args, max(512, *args.lengths))
        for kind in args.kinds:
            for length in args.lengths:
                seconds, memory = measure(folder, models[kind], length, args.steps, grow=kind != "longformer" and length > 512)
                print(f"| {kind} | {length:,} | {seconds:.2f} | {length / seconds:,.0f} | {memory:,.0f} |".replace(",", " "), flush=True)


if __name__ == "__main__":
    main()
