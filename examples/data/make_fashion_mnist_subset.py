#!/usr/bin/env python3
"""Makes the Fashion-MNIST subset in examples/data/fashion-mnist from the full files.

16,000 training and 2,000 validation images come from the 60,000 training images, 4,000 test images from the 10,000 test
images. Every class has the same share of each set, no image is in two of them (nor twice in one), and images stay in the
order of the full files. The draw is seeded, so the images are always the same; the compressed bytes can differ between
versions of zlib.

    make_fashion_mnist_subset.py [FOLDER WITH THE FULL FILES] [FOLDER TO WRITE TO]

Debian's package dataset-fashion-mnist installs the full files in the folder that is taken by default.
"""
import gzip
import io
import pathlib
import random
import struct
import sys

FULL = "/usr/share/datasets/fashion-mnist"
SEED = 20170828
CLASSES = 10
TRAIN, VALIDATION, TEST = 16_000, 2_000, 4_000


def read(folder, name, dimensions):
    """The shape and the bytes of an IDX file of unsigned bytes."""
    data = gzip.decompress((folder / (name + ".gz")).read_bytes())
    if data[:4] != bytes((0, 0, 8, dimensions)):
        sys.exit(f"{folder / name}.gz: not an IDX file of unsigned bytes with {dimensions} dimensions")
    start = 4 + 4 * dimensions
    return struct.unpack(f">{dimensions}I", data[4:start]), data[start:]


def write(folder, name, shape, data):
    """Writes an IDX file, compressed as far as gzip goes and without a date."""
    target = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=target, mtime=0) as gz:
        gz.write(bytes((0, 0, 8, len(shape))) + struct.pack(f">{len(shape)}I", *shape) + data)
    (folder / (name + ".gz")).write_bytes(target.getvalue())


def draw(images, labels, sizes, seen):
    """Disjoint, class-balanced lists of positions, one for each size; images whose bytes are in `seen` are left out."""
    order = list(range(len(labels)))
    random.Random(SEED).shuffle(order)
    wanted = [[size // CLASSES] * CLASSES for size in sizes]
    chosen = [[] for _ in sizes]
    for position in order:
        target = next((i for i, want in enumerate(wanted) if want[labels[position]] > 0), None)
        if target is None or images[position] in seen:
            continue
        seen.add(images[position])
        wanted[target][labels[position]] -= 1
        chosen[target].append(position)
    if any(any(want) for want in wanted):
        sys.exit(f"some class has too few images for {sizes}")
    return [sorted(positions) for positions in chosen]


def main(full, target):
    target.mkdir(parents=True, exist_ok=True)
    seen = set()
    for source, parts in (("train", {"train": TRAIN, "validation": VALIDATION}), ("t10k", {"t10k": TEST})):
        (count, rows, columns), pixels = read(full, source + "-images-idx3-ubyte", 3)
        _, labels = read(full, source + "-labels-idx1-ubyte", 1)
        size = rows * columns
        images = [pixels[i * size:(i + 1) * size] for i in range(count)]
        for name, positions in zip(parts, draw(images, labels, list(parts.values()), seen)):
            write(target, name + "-images-idx3-ubyte", (len(positions), rows, columns), b"".join(images[i] for i in positions))
            write(target, name + "-labels-idx1-ubyte", (len(positions),), bytes(labels[i] for i in positions))


if __name__ == "__main__":
    if len(sys.argv) > 3 or "--help" in sys.argv or "-h" in sys.argv:
        sys.exit(__doc__)
    here = pathlib.Path(__file__).resolve().parent
    main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else FULL),
         pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else here / "fashion-mnist")
