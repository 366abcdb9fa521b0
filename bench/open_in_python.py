"""Opens a checkpoint folder in transformers and prints what it says of texts.

Proves, on a machine that has Python, that a folder saved here is a plain Hugging Face folder:

    python3 bench/open_in_python.py runs/demo/best 这家店很好 太差了
    python3 bench/open_in_python.py runs/demo/best --input rows.jsonl > in_python.jsonl

One JSON object a text, in order: {"text", "input_ids", "label", "probabilities", "logits"}. The logits are those of
`inkstone predict` to about 1e-5 where model.pooling is pooler, chunking is off and texts are cut on the right.
Needs torch and transformers.
"""

import argparse
import json
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer


def remembered_length(folder: Path) -> int:
    """The max_length of inkstone.json, or what the tokenizer itself allows."""
    settings = folder / "inkstone.json"
    if settings.exists():
        return json.loads(settings.read_text(encoding="utf-8"))["tokenizer"]["max_length"]
    return AutoTokenizer.from_pretrained(folder).model_max_length


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a checkpoint folder, such as runs/NAME/best")
    parser.add_argument("texts", nargs="*", help="texts to score")
    parser.add_argument("--input", type=Path, help="a jsonl file whose rows have a text")
    parser.add_argument("--max-length", type=int, help="tokens, special ones included; the checkpoint's own by default")
    arguments = parser.parse_args()

    texts = list(arguments.texts)
    if arguments.input:
        texts += [json.loads(line)["text"] for line in arguments.input.read_text(encoding="utf-8").split("\n") if line]
    if not texts:
        parser.error("give texts, or --input FILE")

    tokenizer = AutoTokenizer.from_pretrained(arguments.folder)
    model, report = AutoModelForSequenceClassification.from_pretrained(arguments.folder, output_loading_info=True)
    wrong = {kind: names for kind, names in report.items() if names}
    if wrong:
        raise SystemExit(f"{arguments.folder}: the weights do not fit the model: {wrong}")
    model.eval()

    max_length = arguments.max_length or remembered_length(arguments.folder)
    for text in texts:
        encoded = tokenizer(text, truncation=True, max_length=max_length, return_tensors="pt")
        with torch.no_grad():
            logits = model(**encoded).logits[0]
        answer = {
            "text": text,
            "input_ids": encoded["input_ids"][0].tolist(),
            "label": model.config.id2label[int(logits.argmax())],
            "probabilities": logits.softmax(-1).tolist(),
            "logits": logits.tolist(),
        }
        print(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    main()
