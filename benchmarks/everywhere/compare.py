#!/usr/bin/env python3
"""Compares the answers that are left in a folder with those of onnxruntime in Java, and writes a table. Arguments: the folder, how many images, the CSV file."""
import collections
import csv
import pathlib
import sys

import numpy as np

folder, count, table = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
rows = collections.defaultdict(list)
refused = collections.defaultdict(list)


def read(file, kind=np.float32):
    return np.fromfile(file, kind).reshape(count, -1).astype(np.float64)


def note(runtime, form, expected, actual, scale=1.0):
    span = expected.max() - expected.min()
    rows[runtime, form].append((int((expected.argmax(1) != actual.argmax(1)).sum()), float(np.abs(expected - scale * actual).max() / span)))


for java in sorted(folder.rglob("*.onnx.java")):
    expected, form = read(java), java.name.split(".")[0]
    for runtime in ("node", "chromium", "opencv"):
        file = java.with_suffix("." + runtime)
        if file.exists():
            note(runtime, form, expected, read(file))
        else:
            refused[runtime, form].append(pathlib.Path(f"{file}.error").read_text().strip())
for outputs in sorted(folder.rglob("*.int32")):
    scale = float(outputs.with_suffix(".scale").read_text())
    note("c", "c", read(outputs.with_name("qdq-int8.onnx.java")), read(outputs, np.int32), scale)
with open(table, "w", newline="") as out:
    write = csv.writer(out)
    write.writerow(["runtime", "format", "files", "refused", "images", "other_answers", "most_in_a_file", "greatest_difference_of_range", "why_refused"])
    for runtime, form in sorted(set(rows) | set(refused)):
        found = rows[runtime, form]
        write.writerow([runtime, form, len(found), len(refused[runtime, form]), count * len(found), sum(f[0] for f in found), max((f[0] for f in found), default=""),
                        f"{max(f[1] for f in found):.2g}" if found else "", (refused[runtime, form] or [""])[0][:200]])
