#!/usr/bin/env python3
"""Sliding-window documents in plain PyTorch, as a reader of a tutorial writes it: what `inkstone train news` is held against.

  /usr/bin/python3 documents_peer.py --data articles.csv --vocab vocab.txt
      [--layers 12 --hidden 768 --heads 12 --intermediate 3072] [--max-length 512 --stride 128 --batch-size 4 --limit 64]
      [--aggregation mean|max|logsumexp] [--bf16] [--group-by-length]

Chunks of all documents of a batch stand in one batch, padded to its longest chunk, with an attention mask. Their logits are
grouped by document (mean: index_add; max and logsumexp: a loop over documents), cross-entropy is taken once a document. AdamW,
clipping, dropout 0.1, random weights; one epoch over the first --limit rows. A character is a token here, as it nearly is in
Chinese WordPiece. Prints a JSON line with samples_per_s (documents), tokens_per_s (real ones, padding left out) and peak_mib.
"""
import argparse, csv, json, math, random, resource, sys, time

import torch
from torch import nn
from torch.nn import functional as F


class Layer(nn.Module):
    def __init__(self, hidden, heads, intermediate, dropout):
        super().__init__()
        self.heads, self.dropout = heads, nn.Dropout(dropout)
        self.query, self.key, self.value, self.mix = (nn.Linear(hidden, hidden) for _ in range(4))
        self.norm1, self.norm2 = nn.LayerNorm(hidden, eps=1e-12), nn.LayerNorm(hidden, eps=1e-12)
        self.up, self.down = nn.Linear(hidden, intermediate), nn.Linear(intermediate, hidden)

    def forward(self, x, bias):                                                       # [C, S, H], [C, 1, 1, S]
        c, s, h = x.shape
        q, k, v = (f(x).view(c, s, self.heads, h // self.heads).transpose(1, 2) for f in (self.query, self.key, self.value))
        scores = q @ k.transpose(-1, -2) / math.sqrt(h // self.heads) + bias
        mixed = (self.dropout(scores.softmax(-1)) @ v).transpose(1, 2).reshape(c, s, h)
        x = self.norm1((x + self.dropout(self.mix(mixed))).float())
        return self.norm2((x + self.dropout(self.down(F.gelu(self.up(x))))).float())


class Classifier(nn.Module):
    def __init__(self, a, vocabulary, labels):
        super().__init__()
        self.words, self.positions, self.segments = nn.Embedding(vocabulary, a.hidden), nn.Embedding(512, a.hidden), nn.Embedding(2, a.hidden)
        self.norm, self.dropout = nn.LayerNorm(a.hidden, eps=1e-12), nn.Dropout(0.1)
        self.layers = nn.ModuleList(Layer(a.hidden, a.heads, a.intermediate, 0.1) for _ in range(a.layers))
        self.pooler, self.classifier = nn.Linear(a.hidden, a.hidden), nn.Linear(a.hidden, labels)

    def forward(self, ids, mask):                                                     # [C, S] -> [C, labels]
        x = self.dropout(self.norm(self.words(ids) + self.positions.weight[: ids.shape[1]] + self.segments.weight[0]))
        bias = (1.0 - mask[:, None, None, :].to(x.dtype)) * torch.finfo(torch.float32).min
        for layer in self.layers:
            x = layer(x, bias)
        return self.classifier(self.dropout(torch.tanh(self.pooler(x[:, 0]))))


def chunks_of(text, a, vocabulary):
    ids, room, out, start = [vocabulary.get(c, vocabulary["[UNK]"]) for c in text if not c.isspace()], a.max_length - 2, [], 0
    while True:
        out.append([vocabulary["[CLS]"], *ids[start : start + room], vocabulary["[SEP]"]])
        if start + room >= len(ids):
            return out
        start += room - a.stride


def join(logits, owner, documents, how):                                             # [C, labels] -> [documents, labels]
    if how == "mean":
        total = torch.zeros(documents, logits.shape[1]).index_add(0, owner, logits)
        return total / torch.bincount(owner, minlength=documents)[:, None]
    rows = [logits[owner == d] for d in range(documents)]
    return torch.stack([r.max(0).values if how == "max" else r.logsumexp(0) for r in rows])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", required=True)
    p.add_argument("--vocab", required=True)
    for name, value in (("layers", 12), ("hidden", 768), ("heads", 12), ("intermediate", 3072), ("max-length", 512), ("stride", 128), ("batch-size", 4), ("limit", 64)):
        p.add_argument(f"--{name}", type=int, default=value)
    p.add_argument("--aggregation", choices=("mean", "max", "logsumexp"), default="mean")
    p.add_argument("--bf16", action="store_true", help="autocast")
    p.add_argument("--group-by-length", action="store_true", help="sort documents by length before cutting batches")
    a = p.parse_args()
    torch.manual_seed(0)
    csv.field_size_limit(2**31 - 1)
    with open(a.vocab, encoding="utf-8") as file:
        vocabulary = {token.rstrip("\n"): number for number, token in enumerate(file)}
    with open(a.data, encoding="utf-8-sig", newline="") as file:
        rows = [(row["text"], row["label"]) for row, _ in zip(csv.DictReader(file), range(a.limit))]
    if not rows:
        sys.exit(f"{a.data}: no rows with text and label.")
    names = sorted({label for _, label in rows})
    model = Classifier(a, len(vocabulary), len(names)).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5, weight_decay=0.01)

    began, tokens = time.perf_counter(), 0
    documents = [(chunks_of(text, a, vocabulary), names.index(label)) for text, label in rows]
    random.Random(0).shuffle(documents)
    if a.group_by_length:
        documents.sort(key=lambda d: -sum(map(len, d[0])))
    for first in range(0, len(documents), a.batch_size):
        batch = documents[first : first + a.batch_size]
        chunks = [chunk for document, _ in batch for chunk in document]
        owner = torch.tensor([number for number, (document, _) in enumerate(batch) for _ in document])
        width = max(map(len, chunks))
        ids = torch.tensor([chunk + [vocabulary["[PAD]"]] * (width - len(chunk)) for chunk in chunks])
        mask = torch.tensor([[1] * len(chunk) + [0] * (width - len(chunk)) for chunk in chunks])
        with torch.autocast("cpu", torch.bfloat16, enabled=a.bf16):
            logits = join(model(ids, mask).float(), owner, len(batch), a.aggregation)
            loss = F.cross_entropy(logits, torch.tensor([label for _, label in batch]))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        tokens += sum(map(len, chunks))
    seconds = time.perf_counter() - began
    print(json.dumps({
        "torch": torch.__version__, "bf16": a.bf16, "documents": len(documents), "loss": round(loss.item(), 4), "samples_per_s": len(documents) / seconds,
        "tokens_per_s": tokens / seconds, "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
