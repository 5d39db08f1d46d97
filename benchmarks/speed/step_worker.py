"""Takes training steps of a float network in PyTorch when it is told to: step_worker.py THREADS DESCRIPTION.

DESCRIPTION is what StepWorker.java writes: images of a step and their shape, then a line for each node. Reads lines `contiguous` or `channels-last`, how
images lie in memory, and answers each with the nanoseconds, by the wall and on processors, of a step: forward, backward, SGD with Nesterov momentum, eager, as most people train.
"""
import sys, time
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(int(sys.argv[1]))
first, *lines = open(sys.argv[2]).read().splitlines()
size = [int(n) for n in first.split()]


class Normalize(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer('mean', torch.full((1, size[1], 1, 1), .5))
        self.register_buffer('deviation', torch.full((1, size[1], 1, 1), .3))

    def forward(self, x):
        return (x - self.mean) / self.deviation


class Sum(nn.Module):
    def forward(self, x, y):
        return x + y


def module(name, *numbers):
    if name == 'Convolution':
        weight, stride, padding, groups = numbers
        out, inner, kernel, _ = (int(n) for n in weight.split(','))
        return nn.Conv2d(inner * int(groups), out, kernel, int(stride), int(padding), groups=int(groups), bias=False)
    if name == 'Dense':
        out, inner = (int(n) for n in numbers[0].split(','))
        return nn.Linear(inner, out, bias=numbers[1] == 'true')
    if name == 'BatchNorm':
        return (nn.BatchNorm1d if numbers[2] == 'true' else nn.BatchNorm2d)(int(numbers[0]), eps=float(numbers[1]))
    if name == 'Activate':
        return {'RELU': nn.ReLU, 'RELU6': nn.ReLU6}[numbers[0]](inplace=True)
    return {'Normalize': Normalize, 'Add': Sum, 'MaxPool': lambda *n: nn.MaxPool2d(*(int(i) for i in n)),
            'GlobalAveragePool': lambda: nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())}[name](*numbers)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.inputs = [[int(i) for i in line.split()[0].split(',')] for line in lines]
        self.nodes = nn.ModuleList(module(*line.split()[1:]) for line in lines)
        self.last = {}
        for n, inputs in enumerate(self.inputs):
            for i in inputs:
                self.last[i] = n

    def forward(self, x):
        results = [x]
        for n, (inputs, node) in enumerate(zip(self.inputs, self.nodes)):
            results.append(node(*(results[i] for i in inputs)))
            for i in inputs:
                if self.last[i] == n:
                    results[i] = None
        return results[-1]


class Steps:
    def __init__(self, layout):
        torch.manual_seed(1)
        self.images = torch.rand(size).contiguous(memory_format=layout)
        self.network = Network().to(memory_format=layout)
        self.labels = None
        self.optimizer = torch.optim.SGD(self.network.parameters(), 1e-4, momentum=.9, weight_decay=2e-4, nesterov=True)

    def step(self):
        start, work = time.perf_counter_ns(), time.process_time_ns()
        self.optimizer.zero_grad()
        logits = self.network(self.images)
        if self.labels is None:
            self.labels = torch.arange(size[0]) % logits.shape[1]
        loss = F.cross_entropy(logits, self.labels)
        loss.backward()
        self.optimizer.step()
        loss.item()
        return f'{time.perf_counter_ns() - start} {time.process_time_ns() - work}'


steps = {'contiguous': Steps(torch.contiguous_format), 'channels-last': Steps(torch.channels_last)}
print('ready', flush=True)
for line in sys.stdin:
    print(steps[line.strip()].step(), flush=True)
