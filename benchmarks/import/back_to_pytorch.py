"""Takes a submodel back to PyTorch: its tensors into a module of the widths that were kept, which must answer as the submodel's ONNX file does.

usage: back_to_pytorch.py FN DIR     needs torch, numpy, safetensors, onnx and onnxruntime; FN is the command, ./fn

Exports a convolutional network with its batch norms, imports it, exports half of its channels as safetensors and as ONNX, and loads them.
"""
import os, subprocess, sys
import numpy as np
import onnxruntime, torch
from safetensors.torch import load_file
from torch import nn


class Net(nn.Module):
    def __init__(self, widths):
        super().__init__()
        layers, before = [], 3
        for width in widths:
            layers += [nn.Conv2d(before, width, 3, 2, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
            before = width
        self.features = nn.Sequential(*layers)
        self.fc = nn.Linear(before, 10)

    def forward(self, x):
        return self.fc(self.features(x).mean((2, 3)))


def main():
    fn, folder = sys.argv[1:3]
    os.makedirs(folder, exist_ok=True)
    torch.manual_seed(1)
    widths = (16, 24, 32)
    whole = Net(widths)
    whole(torch.rand(64, 3, 32, 32))
    whole.eval()
    source = f'{folder}/net.onnx'
    torch.onnx.export(whole, (torch.rand(1, 3, 32, 32),), source, dynamo=False, do_constant_folding=False, training=torch.onnx.TrainingMode.PRESERVE,
                      opset_version=17, input_names=['image'], output_names=['logits'], dynamic_axes={'image': {0: 'batch'}, 'logits': {0: 'batch'}})
    np.save(f'{folder}/images.npy', np.random.default_rng(1).random((200, 3, 32, 32), dtype=np.float32))
    run = lambda *words: subprocess.run([fn, *words], check=True)
    run('import', source, '--data', f'{folder}/images.npy', '--out', f'{folder}/out', '--overwrite')
    half = [width // 2 for width in widths]
    select = ','.join(f'net.features.{3 * i}={width}' for i, width in enumerate(half)) + ',weights.bits=8'
    for form, name in (('safetensors', 'half.safetensors'), ('float32', 'half.onnx')):
        run('export', f'{folder}/out/checkpoint.safetensors', '--select', select, '--format', form, '--out', f'{folder}/{name}', '--overwrite')
    narrow = Net(half)
    narrow.load_state_dict(load_file(f'{folder}/half.safetensors'))
    narrow.eval()
    x = torch.rand(32, 3, 32, 32)
    with torch.no_grad():
        found = narrow(x).numpy()
    expected = onnxruntime.InferenceSession(f'{folder}/half.onnx').run(None, {'image': x.numpy()})[0]
    print('largest difference', np.abs(found - expected).max(), 'of a range of', np.ptp(expected), 'agree on', (found.argmax(1) == expected.argmax(1)).mean())
    assert np.abs(found - expected).max() < 1e-3 * np.ptp(expected)


main()
