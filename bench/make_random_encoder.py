#!/usr/bin/env python3
"""A Hugging Face BERT folder with random weights, for measuring speed: what the weights are does not matter there.

  make_random_encoder.py OUT --vocab vocab.txt [--size tiny|mini|small|base] [--seed 0]

Needs numpy. Writes config.json, vocab.txt, tokenizer_config.json and model.safetensors (float32).
"""
import argparse, json, os, shutil, struct

import numpy as np

SIZES = {"tiny": (2, 128, 2, 512), "mini": (4, 256, 4, 1024), "small": (4, 512, 8, 2048), "base": (12, 768, 12, 3072)}


def shapes(layers, hidden, wide, vocabulary):
    yield "bert.embeddings.word_embeddings.weight", (vocabulary, hidden)
    yield "bert.embeddings.position_embeddings.weight", (512, hidden)
    yield "bert.embeddings.token_type_embeddings.weight", (2, hidden)
    yield from norm("bert.embeddings.LayerNorm", hidden)
    for n in range(layers):
        layer = f"bert.encoder.layer.{n}"
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            yield from dense(f"{layer}.{part}", hidden, hidden)
        yield from norm(f"{layer}.attention.output.LayerNorm", hidden)
        yield from dense(f"{layer}.intermediate.dense", hidden, wide)
        yield from dense(f"{layer}.output.dense", wide, hidden)
        yield from norm(f"{layer}.output.LayerNorm", hidden)
    yield from dense("bert.pooler.dense", hidden, hidden)


def dense(name, inputs, outputs):
    yield f"{name}.weight", (outputs, inputs)
    yield f"{name}.bias", (outputs,)


def norm(name, hidden):
    yield f"{name}.weight", (hidden,)
    yield f"{name}.bias", (hidden,)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--vocab", required=True)
    parser.add_argument("--size", choices=SIZES, default="base")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    layers, hidden, heads, wide = SIZES[args.size]
    with open(args.vocab, encoding="utf-8") as file:
        vocabulary = sum(1 for _ in file)
    chance = np.random.default_rng(args.seed)
    header, blobs, offset = {}, [], 0
    for name, shape in shapes(layers, hidden, wide, vocabulary):
        if name.endswith("LayerNorm.weight"):
            values = np.ones(shape, np.float32)
        elif name.endswith("bias"):
            values = np.zeros(shape, np.float32)
        else:
            values = chance.standard_normal(shape, np.float32) * np.float32(0.02)
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [offset, offset + values.nbytes]}
        blobs.append(values)
        offset += values.nbytes

    os.makedirs(args.out, exist_ok=True)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(f"{args.out}/model.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        for blob in blobs:
            file.write(blob.tobytes())
    shutil.copy(args.vocab, f"{args.out}/vocab.txt")
    with open(f"{args.out}/tokenizer_config.json", "w") as file:
        json.dump({"do_lower_case": True, "model_max_length": 512, "tokenizer_class": "BertTokenizer"}, file)
    with open(f"{args.out}/config.json", "w") as file:
        json.dump({"architectures": ["BertModel"], "model_type": "bert", "vocab_size": vocabulary, "hidden_size": hidden,
                   "num_hidden_layers": layers, "num_attention_heads": heads, "intermediate_size": wide,
                   "max_position_embeddings": 512, "type_vocab_size": 2, "hidden_act": "gelu"}, file)


if __name__ == "__main__":
    main()
