"""Twenty steps of torch.optim.AdamW with two groups, moving rates and clipping: python3 make_adamw.py

Writes adamw.json beside itself: hyperparameters, initial parameters, and for each step the factor of the learning rate,
the gradients (null: the parameter had none), the norm that clip_grad_norm_ returned, and the parameters after the step;
at the end the optimizer's state. All numbers are float32 values, printed so that they round-trip.
"""
import json
import os

import torch

SEED, STEPS, MAX_NORM, BETAS, EPS = 20240513, 20, 1.0, (0.9, 0.999), 1e-8
SHAPES = {"encoder.weight": (3, 5), "head.weight": (2, 2, 3), "encoder.bias": (7,), "encoder.LayerNorm.weight": (4,)}
GROUPS = [
    {"name": "decay", "parameters": ["encoder.weight", "head.weight"], "learning_rate": 3e-3, "weight_decay": 0.1},
    {"name": "no_decay", "parameters": ["encoder.bias", "encoder.LayerNorm.weight"], "learning_rate": 1e-2, "weight_decay": 0.0},
]


def flat(tensor):
    return tensor.detach().double().flatten().tolist()


torch.manual_seed(SEED)
parameters = {name: torch.nn.Parameter(torch.randn(shape)) for name, shape in SHAPES.items()}
optimizer = torch.optim.AdamW(
    [{"params": [parameters[name] for name in group["parameters"]], "lr": group["learning_rate"], "weight_decay": group["weight_decay"]} for group in GROUPS],
    betas=BETAS, eps=EPS)
golden = {
    "torch": torch.__version__, "seed": SEED, "max_norm": MAX_NORM, "betas": BETAS, "eps": EPS, "groups": GROUPS,
    "shapes": SHAPES, "initial": {name: flat(parameter) for name, parameter in parameters.items()}, "steps": [],
}
for step in range(STEPS):
    factor = min(1.0, (step + 1) / 5) * (1 - step / STEPS)
    for param_group, group in zip(optimizer.param_groups, GROUPS):
        param_group["lr"] = group["learning_rate"] * factor
    size = 0.05 if step % 3 == 0 else 2.0  # below the norm, where nothing is clipped, and above it
    for name, parameter in parameters.items():
        parameter.grad = torch.randn(parameter.shape) * size
    if step in (0, 1, 7):
        parameters["head.weight"].grad = None  # starts two steps late, and misses one
    if step == 11:
        parameters["encoder.bias"].grad.zero_()
    gradients = {name: None if parameter.grad is None else flat(parameter.grad) for name, parameter in parameters.items()}
    norm = torch.nn.utils.clip_grad_norm_(list(parameters.values()), MAX_NORM).item()
    optimizer.step()
    golden["steps"].append({
        "factor": factor, "gradients": gradients, "norm": norm, "parameters": {name: flat(parameter) for name, parameter in parameters.items()}})
golden["state"] = {
    name: {"step": int(optimizer.state[p]["step"]), "exp_avg": flat(optimizer.state[p]["exp_avg"]), "exp_avg_sq": flat(optimizer.state[p]["exp_avg_sq"])}
    for name, p in parameters.items()}

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "adamw.json"), "w") as file:
    json.dump(golden, file)
