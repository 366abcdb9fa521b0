#!/usr/bin/env python3
"""Masked-language modelling in plain PyTorch: what `inkstone pretrain` is held against.

  /usr/bin/python3 pretrain_peer.py [--layers 4 --hidden 256 --heads 4 --intermediate 1024 --vocab-size 8900]
      [--max-length 128 --batch 64 --steps 20 --warmup 3] [--bf16] [--block-diagonal]

Rows of --max-length tokens without padding, random words, 15 % of them masked, the head on masked rows only, tied
table, AdamW with foreach operators, clipping. Attention is torch's scaled_dot_product_attention where there is one
(2.x, or 1.13's underscored one when it is no slower), else two products. Prints a JSON line with tokens_per_s and peak_mib.
"""
import argparse, json, resource, statistics, time

import torch
from torch import nn
from torch.nn import functional as F


class Layer(nn.Module):
    def __init__(self, hidden, heads, intermediate):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(hidden, 3 * hidden)
        self.mix = nn.Linear(hidden, hidden)
        self.norm1 = nn.LayerNorm(hidden, eps=1e-12)
        self.up = nn.Linear(hidden, intermediate)
        self.down = nn.Linear(intermediate, hidden)
        self.norm2 = nn.LayerNorm(hidden, eps=1e-12)

    def forward(self, x, mask):                                                       # [B, S, H]
        b, s, h = x.shape
        q, k, v = self.qkv(x).view(b, s, 3, self.heads, h // self.heads).permute(2, 0, 3, 1, 4)
        x = self.norm1((x + self.mix(attend(q, k, v, mask).transpose(1, 2).reshape(b, s, h))).float())
        return self.norm2((x + self.down(F.gelu(self.up(x)))).float())


def attend(q, k, v, mask):
    if hasattr(F, "scaled_dot_product_attention"):
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    scores = (q / q.shape[-1] ** 0.5) @ k.transpose(-1, -2)
    return (scores if mask is None else scores.masked_fill(~mask, float("-inf"))).softmax(-1) @ v


class MaskedLM(nn.Module):
    def __init__(self, a):
        super().__init__()
        self.words, self.positions, self.segments = nn.Embedding(a.vocab_size, a.hidden), nn.Embedding(512, a.hidden), nn.Embedding(2, a.hidden)
        self.norm = nn.LayerNorm(a.hidden, eps=1e-12)
        self.layers = nn.ModuleList(Layer(a.hidden, a.heads, a.intermediate) for _ in range(a.layers))
        self.transform, self.head_norm = nn.Linear(a.hidden, a.hidden), nn.LayerNorm(a.hidden, eps=1e-12)
        self.bias = nn.Parameter(torch.zeros(a.vocab_size))
        for p in self.parameters():
            if p.dim() > 1:
                nn.init.normal_(p, std=0.02)

    def forward(self, ids, rows, mask):
        x = self.norm(self.words(ids) + self.positions.weight[: ids.shape[1]] + self.segments.weight[0])
        for layer in self.layers:
            x = layer(x, mask)
        x = x.reshape(-1, x.shape[-1])[rows]
        return F.linear(self.head_norm(F.gelu(self.transform(x)).float()), self.words.weight, self.bias)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("layers", 4), ("hidden", 256), ("heads", 4), ("intermediate", 1024), ("vocab-size", 8900), ("max-length", 128), ("batch", 64), ("steps", 20), ("warmup", 3)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--bf16", action="store_true", help="autocast")
    parser.add_argument("--block-diagonal", action="store_true", help="keep the texts of a row apart, as inkstone does")
    a = parser.parse_args()
    torch.manual_seed(0)
    model = MaskedLM(a)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, betas=(0.9, 0.98), eps=1e-6, weight_decay=0.01, foreach=True)
    mask = None
    if a.block_diagonal:
        text = torch.arange(a.max_length) // 32
        mask = text[:, None] == text[None, :]
    seconds = []
    for step in range(a.warmup + a.steps):
        began = time.perf_counter()
        ids = torch.randint(5, a.vocab_size, (a.batch, a.max_length))
        rows = (torch.rand(ids.numel()) < 0.15).nonzero().squeeze(1)
        words = ids.reshape(-1)[rows]
        ids.view(-1)[rows] = 4
        with torch.autocast("cpu", torch.bfloat16, enabled=a.bf16):
            loss = F.cross_entropy(model(ids, rows, mask).float(), words)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step >= a.warmup:
            seconds.append(time.perf_counter() - began)
    print(json.dumps({
        "torch": torch.__version__, "bf16": a.bf16, "loss": round(loss.item(), 4), "tokens_per_s": a.batch * a.max_length / statistics.median(seconds),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
