"""The PyTorch peers of NormSweep's benchmarks, on random data and random weights.

    peer.py step    the assignment's training step: 224x224 images, everything frozen but the last block
    peer.py tail    the tail's training step on cached features, every head
    peer.py trunk   the frozen trunk's forward pass, upscaling from 32x32 included

Each prints one JSON object: variant -> images per second (median, min, max). Every variant is a way
to run the same computation; compare takes the first as "as installed" and the fastest as "at its
best". Needs python3-torch, python3-torchvision and, for a BLAS worth comparing with, libopenblas0:
Debian's PyTorch takes whatever is installed as libblas.so.3, and the reference implementation of it
multiplies fifty times as slowly.
"""

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path

import torch
import torchvision
from torch import nn
from torch.nn import functional as F

CLASSES = 10
FEATURES = (320, 7, 7)
BLOCK = 1280
HIDDEN = 256


class FilterResponseNorm(nn.Module):
    """FRN with a thresholded linear unit on a 1x1 map, epsilon learned."""

    def __init__(self, units):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(units))
        self.beta = nn.Parameter(torch.zeros(units))
        self.tau = nn.Parameter(torch.zeros(units))
        self.epsilon = nn.Parameter(torch.full((units,), 1e-4))

    def forward(self, x):
        y = x * torch.rsqrt(x * x + 1e-6 + self.epsilon.abs())
        return torch.maximum(self.gamma * y + self.beta, self.tau)


HEADS = {
    "batch-norm": lambda: [nn.BatchNorm1d(HIDDEN), nn.ReLU()],
    "layer-norm": lambda: [nn.LayerNorm(HIDDEN), nn.ReLU()],
    "filter-response-norm": lambda: [FilterResponseNorm(HIDDEN)],
}


def last_block():
    return nn.Sequential(
        nn.Conv2d(FEATURES[0], BLOCK, 1, bias=False), nn.BatchNorm2d(BLOCK), nn.ReLU6()
    )


class PointwiseBlock(nn.Module):
    """The last block as a matrix product over positions, for features kept channels last."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(FEATURES[0], BLOCK, bias=False)
        self.norm = nn.BatchNorm1d(BLOCK)

    def forward(self, x):
        images, height, width, channels = x.shape
        y = F.relu6(self.norm(self.linear(x.reshape(-1, channels))))
        return y.view(images, height * width, -1).mean(1)


def head(norm):
    return nn.Sequential(
        nn.Linear(BLOCK, HIDDEN), *HEADS[norm](), nn.Dropout(0.5), nn.Linear(HIDDEN, CLASSES)
    )


class Tail(nn.Module):
    def __init__(self, norm, pointwise=False):
        super().__init__()
        self.block = PointwiseBlock() if pointwise else last_block()
        self.pointwise = pointwise
        self.head = head(norm)

    def forward(self, x):
        y = self.block(x)
        return self.head(y if self.pointwise else y.mean((2, 3)))


def trunk():
    return torchvision.models.mobilenet_v2().features[:-1].eval()


def training_step(forward, parameters, labels):
    """One step: loss, gradient, its norms by parameter, clipping by global norm, Adam."""
    parameters = list(parameters)
    optimizer = torch.optim.Adam(parameters, lr=1e-3)
    norms = []

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(forward().float(), labels)
        loss.backward()
        norms.append([float(p.grad.norm()) for p in parameters])
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        norms.append([float(p.grad.norm()) for p in parameters])
        return loss.item()

    return step


def rate(step, images, seconds):
    for _ in range(2):
        step()
    durations = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(durations) < 3:
        begin = time.perf_counter()
        step()
        durations.append(time.perf_counter() - begin)
    rates = [images / duration for duration in durations]
    return {
        "median": statistics.median(rates),
        "min": min(rates),
        "max": max(rates),
        "runs": len(rates),
    }


def upscale(images):
    return F.interpolate(images, size=(224, 224), mode="bilinear", align_corners=False)


def step_variants(batch):
    labels = torch.randint(0, CLASSES, (batch,))
    images = torch.randn(batch, 3, 224, 224)
    for name, memory in (("eager", torch.contiguous_format), ("channels_last", torch.channels_last)):
        frozen = trunk().to(memory_format=memory)
        for parameter in frozen.parameters():
            parameter.requires_grad_(False)
        tail = Tail("batch-norm").to(memory_format=memory).train()
        x = images.to(memory_format=memory)
        yield name, training_step(
            lambda frozen=frozen, tail=tail, x=x: tail(frozen(x)), tail.parameters(), labels
        )


def tail_variants(batch):
    labels = torch.randint(0, CLASSES, (batch,))
    features = torch.randn(batch, *FEATURES)
    for norm in HEADS:
        for name, memory in (
            ("eager", torch.contiguous_format),
            ("channels_last", torch.channels_last),
        ):
            tail = Tail(norm).to(memory_format=memory).train()
            x = features.to(memory_format=memory)
            yield f"{norm} {name}", training_step(
                lambda tail=tail, x=x: tail(x), tail.parameters(), labels
            )
        tail = Tail(norm, pointwise=True).train()
        x = features.permute(0, 2, 3, 1).contiguous()
        yield f"{norm} linear", training_step(
            lambda tail=tail, x=x: tail(x), tail.parameters(), labels
        )


def trunk_variants(batch):
    images = torch.rand(batch, 3, 32, 32)

    def inference(model, memory=torch.contiguous_format, dtype=torch.float32):
        @torch.no_grad()
        def step():
            model(upscale(images).to(dtype=dtype, memory_format=memory))

        return step

    yield "eager", inference(trunk())
    yield "channels_last", inference(
        trunk().to(memory_format=torch.channels_last), torch.channels_last
    )
    example = torch.rand(batch, 3, 224, 224)
    with torch.no_grad():
        yield "optimize_for_inference", inference(
            torch.jit.optimize_for_inference(torch.jit.trace(trunk(), example))
        )
        yield "bf16 channels_last", inference(
            trunk().to(dtype=torch.bfloat16, memory_format=torch.channels_last),
            torch.channels_last,
            torch.bfloat16,
        )


def blas():
    """The library behind PyTorch's matrix products, as it is mapped into this process."""
    torch.mm(torch.ones(2, 2), torch.ones(2, 2))
    try:
        mapped = {Path(line.split()[-1]).resolve() for line in open("/proc/self/maps") if "/" in line}
    except OSError:  # not Linux
        return "unknown"
    names = sorted(str(path) for path in mapped if "blas" in path.name or "mkl" in path.name)
    return ", ".join(names) or "built in"


VARIANTS = {"step": step_variants, "tail": tail_variants, "trunk": trunk_variants}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=sorted(VARIANTS))
    parser.add_argument("--batch", type=int, help="images a step (default: 64; trunk: 16)")
    parser.add_argument("--seconds", type=float, default=4, help="time for each variant")
    parser.add_argument("--only", help="variants whose name holds this text")
    arguments = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    batch = arguments.batch or (16 if arguments.kind == "trunk" else 64)
    result = {}
    for name, step in VARIANTS[arguments.kind](batch):
        if arguments.only and arguments.only not in name:
            continue
        try:
            result[name] = rate(step, batch, arguments.seconds)
        except RuntimeError as error:  # a variant that this build or CPU cannot run
            print(f"{arguments.kind} {name}: {error}", file=sys.stderr)
    print(json.dumps({"torch": torch.__version__, "blas": blas(), "variants": result}))


if __name__ == "__main__":
    main()
