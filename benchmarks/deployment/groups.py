#!/usr/bin/env python3
"""How long onnxruntime takes for an integer 3×3 convolution in groups, as it is and with neighbouring groups put together.

Writes channels, groups, side of the image, images, groups put together and milliseconds as CSV: the least of nine runs on one thread in which
all take turns. Needs onnx and onnxruntime.
"""
import sys
import time

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

LAYERS = 4
CASES = [(16, 4, 14), (32, 4, 14), (64, 4, 14), (128, 32, 14), (256, 32, 14), (24, 3, 14), (20, 5, 14), (16, 2, 7), (32, 4, 7), (64, 4, 7)]


def session(channels, groups, together, side, images):
    rng = np.random.default_rng(1)
    width = channels // groups
    nodes = [helper.make_node("QuantizeLinear", ["x", "step", "zero"], ["q0"])]
    tensors = {"step": np.float32(.05), "zero": np.uint8(0), "steps": np.full(channels, .01, np.float32), "zeros": np.zeros(channels, np.int8)}
    for k in range(LAYERS):
        weights = np.zeros((channels, width * together, 3, 3), np.int8)
        for g in range(groups):
            first = g % together * width
            weights[g * width:(g + 1) * width, first:first + width] = rng.integers(-127, 128, (width, width, 3, 3))
        tensors[f"w{k}"] = weights
        nodes += [helper.make_node("DequantizeLinear", [f"q{k}", "step", "zero"], [f"d{k}"]),
                  helper.make_node("DequantizeLinear", [f"w{k}", "steps", "zeros"], [f"v{k}"], axis=0),
                  helper.make_node("Conv", [f"d{k}", f"v{k}"], [f"y{k}"], pads=[1, 1, 1, 1], group=groups // together),
                  helper.make_node("QuantizeLinear", [f"y{k}", "step", "zero"], [f"q{k + 1}"])]
    nodes.append(helper.make_node("DequantizeLinear", [f"q{LAYERS}", "step", "zero"], ["y"]))
    shape = [images, channels, side, side]
    graph = helper.make_graph(nodes, "groups", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
                              [numpy_helper.from_array(np.asarray(tensor), name) for name, tensor in tensors.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])


def main():
    print("channels,groups,side,images,together,ms")
    for channels, groups, side in CASES:
        for images in (1, 32):
            x = np.random.default_rng(1).random((images, channels, side, side), np.float32)
            ways = [together for together in range(1, groups + 1) if groups % together == 0]
            sessions = [session(channels, groups, together, side, images) for together in ways]
            least = [float("inf")] * len(ways)
            for _ in range(9):
                for i, candidate in enumerate(sessions):
                    start = time.perf_counter()
                    candidate.run(None, {"x": x})
                    least[i] = min(least[i], time.perf_counter() - start)
            for together, seconds in zip(ways, least):
                print(f"{channels},{groups},{side},{images},{together},{1000 * seconds / LAYERS:.4f}")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
