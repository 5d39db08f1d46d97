#!/usr/bin/env python3
"""Looks at exported ONNX files with other people's programs; nothing of this project is used.

For each file: runs the ONNX checker with full shape inference, counts multiply-accumulates and parameters, computes the network with
numpy, and compares that with OpenCV's DNN if it is a float32 file. With --data DIR (a folder of IDX files, gz) it says how many test
images are classified rightly; otherwise random images are used; --images N looks at the first N only. What a file claims must hold,
its accuracy if all images are looked at; with --summary FILE the figures must be those of summary.json.

Needs python3-onnx (1.15 or newer for int4 files), python3-numpy and, for float32 files, python3-opencv; without OpenCV that check is
left out, and said so. Exit code 1 if something does not agree.
"""
import argparse
import gzip
import json
import math
import pathlib
import sys

import numpy as np
import onnx
from onnx import numpy_helper, shape_inference


def attributes(node):
    return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}


def windows(x, attrs, fill):
    """x as [N, C, H', W', kh, kw]."""
    kh, kw = attrs["kernel_shape"]
    sh, sw = attrs.get("strides", [1, 1])
    dh, dw = attrs.get("dilations", [1, 1])
    top, left, bottom, right = attrs.get("pads", [0, 0, 0, 0])
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=fill)
    view = np.lib.stride_tricks.sliding_window_view(x, (dh * (kh - 1) + 1, dw * (kw - 1) + 1), (2, 3))
    return view[:, :, ::sh, ::sw, ::dh, ::dw]


def conv(x, w, b, attrs):
    groups = attrs.get("group", 1)
    taps = windows(x, attrs, 0)
    parts = [np.einsum("nchwij,ocij->nohw", t, k, optimize=True)
             for t, k in zip(np.split(taps, groups, 1), np.split(w, groups, 0))]
    y = np.concatenate(parts, 1)
    return y if b is None else y + b.reshape(1, -1, 1, 1)


def along(axis, values, rank):
    return values if values.ndim == 0 else values.reshape([-1 if i == axis else 1 for i in range(rank)])


def compute(node, x, a):
    if x and x[0].dtype == np.float16:
        y = compute(node, [v.astype(np.float32) if v.dtype == np.float16 else v for v in x], a)
        return y if node.op_type == "Cast" else y.astype(np.float16)
    op = node.op_type
    if op == "Constant":
        return numpy_helper.to_array(a["value"]) if "value" in a else np.array(a["value_ints"], np.int64)
    first = x[0]
    if op == "Cast":
        return first.astype(onnx.helper.tensor_dtype_to_np_dtype(a["to"]) if hasattr(onnx.helper, "tensor_dtype_to_np_dtype")
                            else onnx.mapping.TENSOR_TYPE_TO_NP_TYPE[a["to"]])
    if op == "Conv":
        return conv(first, x[1], x[2] if len(x) > 2 else None, a)
    if op == "Gemm":
        y = first @ x[1].T
        return y + x[2] if len(x) > 2 else y
    if op == "QuantizeLinear":
        codes = np.iinfo(x[2].dtype)
        return np.clip(np.rint(first / x[1]) + x[2].astype(np.float32), codes.min, codes.max).astype(x[2].dtype)
    if op == "DequantizeLinear":
        scale = along(a.get("axis", 1), x[1], first.ndim)
        zero = along(a.get("axis", 1), x[2].astype(np.int32), first.ndim) if len(x) > 2 else 0
        return ((first.astype(np.int32) - zero) * scale).astype(np.float32)
    if op == "BatchNormalization":
        gamma, beta, mean, variance = (along(1, v, first.ndim) for v in x[1:])
        return gamma * (first - mean) / np.sqrt(variance + a["epsilon"]) + beta
    if op == "MaxPool":
        return windows(first, a, np.iinfo(first.dtype).min if first.dtype.kind in "iu" else -np.inf).max((4, 5))
    if op == "Reshape":
        return first.reshape([first.shape[i] if d == 0 else d for i, d in enumerate(x[1])])
    if op == "Slice":
        starts, ends, axes = (v.reshape(-1).tolist() for v in x[1:4])
        index = [slice(None)] * first.ndim
        for start, end, axis in zip(starts, ends, axes):
            index[axis] = slice(start, end)
        return first[tuple(index)]
    if op == "Softmax":
        e = np.exp(first - first.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)
    return {
        "Add": lambda: first + x[1],
        "Sub": lambda: first - x[1],
        "Mul": lambda: first * x[1],
        "Div": lambda: first / x[1],
        "Relu": lambda: np.maximum(first, 0),
        "Clip": lambda: np.clip(first, x[1] if len(x) > 1 else a["min"], x[2] if len(x) > 1 else a["max"]),
        "Sigmoid": lambda: 1 / (1 + np.exp(-first)),
        "HardSigmoid": lambda: np.clip(first * a.get("alpha", .2) + a.get("beta", .5), 0, 1),
        "HardSwish": lambda: first * np.clip(first / 6 + .5, 0, 1),
        "BitShift": lambda: first >> x[1],
        "Mod": lambda: first % x[1],
        "MatMul": lambda: first @ x[1],
        "ReduceProd": lambda: first.prod(keepdims=True),
        "AveragePool": lambda: windows(first, a, 0).mean((4, 5)),
        "GlobalAveragePool": lambda: first.mean((2, 3), keepdims=True),
        "Flatten": lambda: first.reshape(first.shape[0], -1),
        "Concat": lambda: np.concatenate(x, a["axis"]),
        "Gather": lambda: np.take(first, x[1], a["axis"]),
        "Transpose": lambda: first.transpose(a["perm"]),
        "Unsqueeze": lambda: np.expand_dims(first, tuple(x[1].tolist())),
    }[op]().astype(first.dtype, copy=False)


def evaluate(model, images):
    """Every value of the graph, by name."""
    values = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    values[model.graph.input[0].name] = images
    execute(model.graph.node, values, {f.name: f for f in model.functions})
    return values


def run(model, images):
    return evaluate(model, images)[model.graph.output[0].name]


def execute(nodes, values, functions, given=None):
    for node in nodes:
        inputs = [values[i] for i in node.input]
        if node.op_type in functions:
            function = functions[node.op_type]
            inner = dict(zip(function.input, inputs))
            execute(function.node, inner, functions, attributes(node))
            values.update(zip(node.output, [inner[o] for o in function.output]))
        else:
            own = {a.name: given[a.ref_attr_name] for a in node.attribute if a.ref_attr_name}
            values[node.output[0]] = compute(node, inputs, own or attributes(node))


def in_batches(function, images, size=200):
    return np.concatenate([function(images[i:i + size]) for i in range(0, len(images), size)])


def count(model):
    """Multiply-accumulates of one image as the network has them and as they are executed, and parameters, with the shapes that numpy finds.

    onnx 1.12 infers no shape behind a function of the file.
    """
    image = np.zeros([1, *(d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim[1:])], np.float32)
    shapes = {name: value.shape for name, value in evaluate(model, image).items()}
    # what is computed from constants alone stands for one of them: a layer's weights for the first that Layer takes, its bias for the third; zeros
    # that Widen puts between groups are no parameters, but executed
    tensors = {t.name: (t.name, list(t.dims), list(t.dims)) for t in model.graph.initializer}
    for node in model.graph.node:
        if all(i in tensors for i in node.input):
            for i, output in enumerate(node.output):
                name, dims, wide = tensors[node.input[2 * i]]
                if node.op_type == "Unpack":
                    dims = wide = attributes(node)["shape"]
                elif node.op_type == "Widen":
                    wide = attributes(node)["shape"]
                tensors[output] = name, dims, wide
    macs, executed, parameters = 0, 0, {}
    for node in model.graph.node:
        if node.op_type in ("Conv", "Gemm"):
            _, dims, wide = tensors[node.input[1]]
            positions = math.prod(shapes[node.output[0]][2:])
            macs += math.prod(dims) * positions
            executed += math.prod(wide) * positions
        last = {"Conv": 3, "Gemm": 3, "BatchNormalization": 3}.get(node.op_type, 0)
        for name in node.input[1:last]:
            parameters[tensors[name][0]] = math.prod(tensors[name][1])
    return macs, executed, sum(parameters.values())


def idx(path):
    raw = gzip.open(path).read()
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(
        [int.from_bytes(raw[4 + 4 * i:8 + 4 * i], "big") for i in range(raw[3])])


def opencv(path, images, logits, check):
    try:
        import cv2
    except ImportError:
        print("          ", "OpenCV is not installed, so it was not asked")
        return
    try:
        net = cv2.dnn.readNetFromONNX(str(path))

        def forward(part):
            net.setInput(part)
            return net.forward()

        difference = np.abs(in_batches(forward, images) - logits).max()
        check(difference <= 1e-3, f"OpenCV {cv2.__version__} differs from numpy by {difference:.2g}")
    except cv2.error as e:
        check(False, f"OpenCV {cv2.__version__}: {str(e).strip()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path, help="folder with t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz")
    parser.add_argument("--images", type=int, help="how many images to look at (default: all)")
    parser.add_argument("--summary", type=pathlib.Path, help="summary.json of the run that wrote the files")
    options = parser.parse_args()
    budgets = json.loads(options.summary.read_text())["budgets"] if options.summary else []
    failures = 0

    def check(holds, what):
        nonlocal failures
        failures += not holds
        print("  ", "ok    " if holds else "FAILED", what)

    for path in options.files:
        model = onnx.load(str(path))
        print(f"{path}: opset {model.opset_import[0].version}, IR {model.ir_version}, {path.stat().st_size} bytes")
        if model.ir_version > onnx.IR_VERSION:
            print("   left  not looked at: it needs an onnx newer than", onnx.__version__)
            continue
        try:
            onnx.checker.check_model(model, full_check=True)
            check(True, "ONNX checker")
        except (onnx.checker.ValidationError, shape_inference.InferenceError) as e:
            check(False, f"ONNX checker: {e}")
        macs, executed, parameters = count(model)
        print("          ", f"{macs} MACs, {executed} executed, {parameters} parameters")
        claims = {p.key: p.value for p in model.metadata_props}
        found = {"macs": macs, "executed-macs": executed, "params": parameters}
        told = {cost: float(claims["fullynested.cost." + cost]) for cost in found if "fullynested.cost." + cost in claims}
        if told:
            check(all(found[cost] == told[cost] for cost in told), "costs that the file claims")
        budget = next((b for b in budgets if pathlib.Path(b["onnx"]).name == path.name), None)
        if budget:
            cost = budget["cost"]
            check(cost["macs"] == macs and cost["params"] == parameters, "costs of summary.json")
            check(cost.get("executed-macs", executed) == executed and cost["size"] == path.stat().st_size, "its file is as large as summary.json says")
            found = {"size": path.stat().st_size, "macs": macs, "executed-macs": executed}
            for limit in set(found) & set(budget["constraints"]):
                check(found[limit] <= budget["constraints"][limit], f"{limit} {found[limit]} within {budget['constraints'][limit]:.0f}")

        shape = [d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim[1:]]
        if options.data:
            images = idx(options.data / "t10k-images-idx3-ubyte.gz")
            labels = idx(options.data / "t10k-labels-idx1-ubyte.gz")
            images, labels = images[:options.images], labels[:options.images]
            images = (images / np.float32(255)).reshape(-1, *shape)
        else:
            images = np.random.default_rng(1).random((200, *shape), np.float32)
        logits = in_batches(lambda part: run(model, part), images)
        if options.data:
            accuracy = (logits.argmax(1) == labels).mean()
            print("          ", f"accuracy in numpy {accuracy:.4f} on {len(labels)} test images")
            claimed = claims.get("fullynested.accuracy.test")
            if claimed and not options.images:
                check(abs(accuracy - float(claimed)) <= .005, f"the file claims {float(claimed):.4f}")
            if budget:
                check(abs(accuracy - budget["accuracy"]["test"]) <= .005, f"summary.json says {budget['accuracy']['test']:.4f}")
        halves = any(t.data_type == onnx.TensorProto.FLOAT16 for t in model.graph.initializer)
        if not halves and not any(node.op_type == "QuantizeLinear" for node in model.graph.node):
            opencv(path, images, logits, check)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
