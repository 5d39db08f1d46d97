"""Times the kernels' 3x3 convolutions beside PyTorch's, which are oneDNN's: convolutions.py LIBRARY [ROUNDS].

LIBRARY is what the build made of fn-kernels, fn-kernels/target/classes/io/fullynested/kernels/linux-x86_64/libfnkernels.so. Writes lines of CSV: the shape, least
milliseconds of one thread's processor time for the result, the gradient by the images and that by the weights, by PyTorch (channels last) and by the kernels, the
share of all three, and the greatest difference in shares of the greatest number.
"""
import ctypes, sys, time
import torch
from torch.nn import functional as F

SHAPES = [(64, 8, 8, 32, 1), (64, 12, 12, 32, 1), (64, 16, 16, 32, 1), (64, 32, 32, 16, 1), (64, 16, 16, 16, 1), (64, 64, 64, 8, 1), (64, 32, 32, 8, 1),
          (8, 64, 64, 56, 1), (8, 128, 128, 28, 1), (8, 256, 256, 14, 1), (8, 512, 512, 7, 1), (8, 32, 32, 56, 1), (8, 64, 64, 28, 1), (8, 128, 128, 14, 1),
          (8, 256, 256, 7, 1), (64, 32, 32, 7, 4), (64, 64, 64, 4, 4)]
torch.set_num_threads(1)
library = ctypes.CDLL(sys.argv[1])
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 25


def kernel(name, a, b, c, *numbers):
    addresses = [ctypes.c_int64(t.data_ptr()) for t in (a, b, c)]
    getattr(library, 'Java_io_fullynested_kernels_Kernels_' + name)(None, None, *addresses, *(ctypes.c_int64(n) for n in numbers), ctypes.c_int(1))


def least(*both):
    times = [float('inf')] * len(both)
    for _ in range(rounds):
        for k, one in enumerate(both):
            one()  # not counted: the caches are somebody else's
            start = time.thread_time()
            one()
            times[k] = min(times[k], time.thread_time() - start)
    return [t * 1e3 for t in times]


print('images,inputs,outputs,side,groups,pytorch-ms,kernels-ms,pytorch-back-ms,kernels-back-ms,pytorch-weights-ms,kernels-weights-ms,share,difference')
for shape in SHAPES:
    n, inputs, outputs, side, groups = shape
    last = dict(memory_format=torch.channels_last)
    x = torch.randn(n, inputs, side, side).contiguous(**last)
    dy = torch.randn(n, outputs, side, side).contiguous(**last)
    w = torch.randn(outputs, inputs // groups, 3, 3) / (9 * inputs / groups) ** .5
    y, dx, dw = torch.empty_like(dy), torch.empty_like(x), torch.empty_like(w)
    sizes = (n, side, side, inputs, outputs, groups)

    def back(*wanted):
        return torch.ops.aten.convolution_backward(dy, x, w, None, [1, 1], [1, 1], [1, 1], False, [0, 0], groups, [*wanted, False])

    with torch.no_grad():
        times = [least(lambda: F.conv2d(x, w, padding=1, groups=groups), lambda: kernel('convolve', x, w, y, *sizes)),
                 least(lambda: back(True, False), lambda: kernel('convolveBack', dy, w, dx, *sizes)),
                 least(lambda: back(False, True), lambda: kernel('convolveWeights', x, dy, dw, *sizes))]
        right = [F.conv2d(x, w, padding=1, groups=groups), *back(True, True)[:2]]
    difference = max(((a - b).abs().max() / b.abs().max()).item() for a, b in zip((y, dx, dw), right))
    share = sum(ours for _, ours in times) / sum(theirs for theirs, _ in times)
    print(','.join(map(str, shape)) + ',' + ','.join(f'{t:.3f}' for pair in times for t in pair) + f',{share:.2f},{difference:.1e}', flush=True)
