"""Trains the sources of the accuracy benchmark with PyTorch on Fashion-MNIST without the last 5,000 training images, which are for choices, and exports
them to ONNX as most people do it: batch norms folded away.

usage: train_sources.py DATA NET SEED EPOCHS FOLDER     NET is resnet or mobilenet; needs torch and numpy

Leaves FOLDER/NET.onnx, FOLDER/idx, the images with those held out as a validation set, and FOLDER/unlabelled, the first 2,000 training images.
"""
import os, sys, time
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'examples', 'import'))
from train_fashion import Unit, idx

HELD_OUT, UNLABELLED, BATCH = 5000, 2000, 128


def load(folder):
    """Training images and labels without those held out, those held out, and test images."""
    x, y, t, l = (torch.tensor(idx(folder, n).copy()) for n in
                  ('train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'))
    x, t = (i.float().div(255).unsqueeze(1).to(memory_format=torch.channels_last) for i in (x, t))
    return (x[:-HELD_OUT], y[:-HELD_OUT].long()), (x[-HELD_OUT:], y[-HELD_OUT:].long()), (t, l.long())


class ResNet(nn.Module):
    """ResNet-20 of 16, 32 and 64 channels whose stem has a stride of 2."""

    def __init__(self, widths=(16, 32, 64), units=3):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(1, widths[0], 3, 2, 1, bias=False), nn.BatchNorm2d(widths[0])
        stages, before = [], widths[0]
        for i, width in enumerate(widths):
            for j in range(units):
                stages.append(Unit(before, width, 2 if i > 0 and j == 0 else 1))
                before = width
        self.stages, self.fc = nn.Sequential(*stages), nn.Linear(before, 10)

    def forward(self, x):
        return self.fc(self.stages(F.relu(self.bn(self.conv(x)))).mean((2, 3)))


def norm(inputs, outputs, kernel=1, stride=1, groups=1, act=True):
    layers = [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, *([nn.ReLU6()] if act else []))


class Inverted(nn.Module):
    """An inverted residual of Sandler et al., CVPR 2018."""

    def __init__(self, inputs, outputs, stride, expansion=4):
        super().__init__()
        wide = inputs * expansion
        self.body = nn.Sequential(norm(inputs, wide), norm(wide, wide, 3, stride, wide), norm(wide, outputs, act=False))
        self.short = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.body(x) if self.short else self.body(x)


class MobileNet(nn.Module):
    """MobileNetV2 of eight inverted residuals."""

    def __init__(self, plan=((16, 1, 2), (32, 2, 3), (64, 2, 3)), head=192):
        super().__init__()
        stages, before = [norm(1, 16, 3, 2)], 16
        for width, stride, count in plan:
            for j in range(count):
                stages.append(Inverted(before, width, stride if j == 0 else 1))
                before = width
        self.stages, self.fc = nn.Sequential(*stages, norm(before, head)), nn.Linear(head, 10)

    def forward(self, x):
        return self.fc(self.stages(x).mean((2, 3)))


def change(x):
    """Mirrored, shifted by up to 2 pixels, and a rectangle painted over, half of the time each."""
    x = torch.where(torch.rand(len(x), 1, 1, 1) < .5, x.flip(3), x)
    dx, dy = (int(i) for i in torch.randint(-2, 3, (2,)))
    x = torch.roll(F.pad(x, (2, 2, 2, 2)), (dy, dx), (2, 3))[:, :, 2:-2, 2:-2]
    side = torch.randint(4, 13, (2, len(x), 1))
    at = torch.randint(0, 28, (2, len(x), 1))
    row, column = ((torch.arange(28) - a).abs() < s / 2 for a, s in zip(at, side))
    hole = (row[:, None, :, None] & column[:, None, None, :]) & (torch.rand(len(x), 1, 1, 1) < .5)
    return torch.where(hole, 0.3, x).contiguous(memory_format=torch.channels_last)


def split(data, folder):
    """The sets as ImportAccuracy.java reads them."""
    for name in ('idx', 'unlabelled'):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    for kind in ('images-idx3-ubyte', 'labels-idx1-ubyte'):
        train, test = idx(data, 'train-' + kind), idx(data, 't10k-' + kind)
        for name, some in (('train', train[:-HELD_OUT]), ('validation', train[-HELD_OUT:]), ('t10k', test)):
            with open(os.path.join(folder, 'idx', f'{name}-{kind}'), 'wb') as file:
                file.write(bytes((0, 0, 8, some.ndim)) + b''.join(n.to_bytes(4, 'big') for n in some.shape) + some.tobytes())
    np.save(os.path.join(folder, 'unlabelled', 'x_train.npy'), idx(data, 'train-images-idx3-ubyte')[:UNLABELLED, None])
    with open(os.path.join(folder, 'data.yaml'), 'w') as file:
        file.write('data: {kind: idx, path: idx}\nnetwork:\n  input: {channels: 1, height: 28, width: 28}\n  blocks:\n    - {kind: classifier, classes: 10}\n')


def accuracy(net, images, labels):
    net.eval()
    with torch.no_grad():
        right = sum((net(images[i:i + 1000]).argmax(1) == labels[i:i + 1000]).sum().item() for i in range(0, len(images), 1000))
    net.train()
    return 100 * right / len(images)


NETS = {'resnet': ResNet, 'mobilenet': MobileNet}


def main():
    data, name, seed, epochs, folder = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
    split(data, folder)
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    (images, labels), held, test = load(data)
    net = NETS[name]().to(memory_format=torch.channels_last)
    rule = torch.optim.SGD(net.parameters(), 0.1, 0.9, weight_decay=5e-4, nesterov=True)
    steps = epochs * (len(images) // BATCH)
    rate = torch.optim.lr_scheduler.OneCycleLR(rule, 0.2, steps, pct_start=0.2)
    begun = time.time()
    for epoch in range(epochs):
        order = torch.randperm(len(images))
        for i in range(0, len(order) - BATCH + 1, BATCH):
            loss = F.cross_entropy(net(change(images[order[i:i + BATCH]])), labels[order[i:i + BATCH]])
            rule.zero_grad()
            loss.backward()
            rule.step()
            rate.step()
        print(f'{epoch + 1} loss {loss.item():.3f} held-out {accuracy(net, *held):.2f} after {time.time() - begun:.0f} s', flush=True)
    print(f'test {accuracy(net, *test):.2f}')
    net.eval()
    torch.onnx.export(net, (images[:1],), os.path.join(folder, name + '.onnx'), dynamo=False, opset_version=17, input_names=['image'], output_names=['logits'],
                      dynamic_axes={'image': {0: 'batch'}, 'logits': {0: 'batch'}})


if __name__ == '__main__':
    main()
