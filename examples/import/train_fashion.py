"""A small residual network trained with PyTorch on the Fashion-MNIST subset of examples/data, exported to ONNX as most people do it: batch norms
folded away, images 0..1, normalised outside of the network by nobody.

usage: train_fashion.py DATA OUT.onnx [EPOCHS [SEED]]     needs torch and numpy
"""
import gzip, os, sys
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


def idx(folder, name):
    path = os.path.join(folder, name)
    raw = gzip.open(path + '.gz').read() if os.path.exists(path + '.gz') else open(path, 'rb').read()
    dims = [int.from_bytes(raw[4 + 4 * i:8 + 4 * i], 'big') for i in range(raw[3])]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * len(dims)).reshape(dims)


class Unit(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)
        self.short = None if stride == 1 and inputs == outputs else nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (x if self.short is None else self.short(x)))


class Net(nn.Module):
    def __init__(self, widths=(16, 32, 48)):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(1, widths[0], 3, 2, 1, bias=False), nn.BatchNorm2d(widths[0])
        stages, before = [], widths[0]
        for i, width in enumerate(widths):
            stages += [Unit(before, width, 1 if i == 0 else 2), Unit(width, width, 1)]
            before = width
        self.stages = nn.Sequential(*stages)
        self.fc = nn.Linear(before, 10)

    def forward(self, x):
        x = self.stages(F.relu(self.bn(self.conv(x))))
        return self.fc(x.mean((2, 3)))


def main():
    folder, out = sys.argv[1:3]
    epochs = int(sys.argv[3]) if len(sys.argv) > 3 else 15
    torch.manual_seed(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    torch.set_num_threads(1)
    images = torch.tensor(idx(folder, 'train-images-idx3-ubyte').copy()).float().div(255).unsqueeze(1)
    labels = torch.tensor(idx(folder, 'train-labels-idx1-ubyte').copy()).long()
    test = torch.tensor(idx(folder, 't10k-images-idx3-ubyte').copy()).float().div(255).unsqueeze(1)
    tested = torch.tensor(idx(folder, 't10k-labels-idx1-ubyte').copy()).long()
    net = Net().to(memory_format=torch.channels_last)
    rule = torch.optim.SGD(net.parameters(), 0.1, 0.9, weight_decay=5e-4, nesterov=True)
    steps = epochs * (len(images) // 128)
    rate = torch.optim.lr_scheduler.OneCycleLR(rule, 0.1, steps)
    for epoch in range(epochs):
        order = torch.randperm(len(images))
        for i in range(0, len(order) - 127, 128):
            x = images[order[i:i + 128]]
            x = torch.where(torch.rand(len(x), 1, 1, 1) < .5, x.flip(3), x)
            loss = F.cross_entropy(net(x), labels[order[i:i + 128]])
            rule.zero_grad()
            loss.backward()
            rule.step()
            rate.step()
        net.eval()
        with torch.no_grad():
            print(epoch + 1, f'loss {loss.item():.3f} test {(net(test).argmax(1) == tested).float().mean().item():.4f}', flush=True)
        net.train()
    net.eval()
    torch.onnx.export(net, (images[:1],), out, dynamo=False, opset_version=17, input_names=['image'], output_names=['logits'],
                      dynamic_axes={'image': {0: 'batch'}, 'logits': {0: 'batch'}})


if __name__ == '__main__':
    main()
