"""Kills a run at many random moments, resumes it each time, and compares its bits with those of one that never was interrupted.

    python3 bench/kill_and_resume.py --kills 200
    python3 bench/kill_and_resume.py --kills 200 --bf16 true --seed 7

A round ends after 25 kills, or with a life that reaches the end of the run: weights, metrics, predictions and log (without its times) are compared, and
the next round begins from nothing. Ends with 1 at the first difference. Needs a built command line (./inkstone) and Python alone.
"""

import argparse
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"
KILLS_IN_ROUND = 25
SAME = ["last/model.safetensors", "best/model.safetensors", "evaluation/metrics.json", "evaluation/predictions.csv"]
RECIPE = """
data: {{train_file: {golden}/e2e/train.csv, validation_file: {golden}/e2e/validation.csv}}
tokenizer: {{max_length: 32}}
model: {{name_or_path: {golden}/models/bert}}
optimizer: {{learning_rate: 4e-4}}
training:
  num_train_epochs: 3
  per_device_train_batch_size: 4
  gradient_accumulation_steps: 2
  logging_steps: 4
  eval_strategy: steps
  eval_steps: 5
  early_stopping_patience: null
  save_strategy: steps
  save_steps: 2
  save_total_limit: 2
  bf16: {bf16}
"""


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--bf16", default="auto", choices=["auto", "true", "false"])
    options.add_argument("--inkstone", nargs="+", default=[str(ROOT / "inkstone")], help="the program, several words if need be")
    options = options.parse_args()

    scratch = pathlib.Path(tempfile.mkdtemp(prefix="kill-and-resume-"))
    recipe = scratch / "recipe.yaml"
    recipe.write_text(RECIPE.format(golden=GOLDEN, bf16=options.bf16), encoding="utf-8")
    chance = random.Random(options.seed)
    whole = scratch / "whole"
    finish(options, recipe, whole)

    kills, rounds, moments = 0, 0, {"before the first step": 0, "while a folder was written": 0, "elsewhere": 0}
    while kills < options.kills:
        run = scratch / f"killed-{rounds}"
        while kills < min(options.kills, KILLS_IN_ROUND * (rounds + 1)) and (moment := die(options, recipe, run, chance)):
            kills += 1
            moments[moment] += 1
        finish(options, recipe, run)
        compare(run, whole)
        shutil.rmtree(run)
        rounds += 1
        print(f"{kills} kills, {rounds} whole runs, all bits equal; killed {', '.join(f'{count} {name}' for name, count in moments.items())}", flush=True)
    shutil.rmtree(scratch)


def start(options, recipe, run):
    resumes = (run / "recipe.yaml").exists()
    words = ["train", "--resume", run] if resumes else ["train", recipe, "--output-dir", run]
    return subprocess.Popen([*options.inkstone, *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)


def finish(options, recipe, run):
    process = start(options, recipe, run)
    _, errors = process.communicate()
    if process.returncode != 0:
        sys.exit(f"{run}: exit {process.returncode}\n{errors.decode()}")


def die(options, recipe, run, chance):
    """Lets the run live for a while; says in what it was killed, or nothing where it came to its end."""
    before = lives(run)
    process = start(options, recipe, run)
    if chance.random() < 0.9:
        while lives(run) == before and process.poll() is None:
            time.sleep(0.005)
    time.sleep(chance.random() * (0.4 if chance.random() < 0.9 else 2))
    if process.poll() is None:
        # The whole group: the start script may stand between this process and the one that trains.
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    if process.returncode == 0:
        return None
    if process.returncode != -signal.SIGKILL:
        sys.exit(f"{run}: exit {process.returncode} without having been killed")
    if any(run.glob(".*.inkstone-*")):
        return "while a folder was written"
    return "elsewhere" if lives(run) > before else "before the first step"


def lives(run):
    try:
        lines = (run / "events.jsonl").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return sum(line.startswith(('{"event":"start"', '{"event":"resume"')) for line in lines)


def compare(run, whole):
    for name in SAME:
        if digest(run / name) != digest(whole / name):
            sys.exit(f"{run / name} differs from {whole / name}")
    if log(run) != log(whole):
        sys.exit(f"{run / 'log.csv'} differs from {whole / 'log.csv'}")
    if json.loads((run / "environment.json").read_text(encoding="utf-8")).get("finished") is None:
        sys.exit(f"{run} does not say that it is finished")


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def log(run):
    """Rows without samples_per_second, tokens_per_second and seconds."""
    return [line.split(",")[:-3] for line in (run / "log.csv").read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
