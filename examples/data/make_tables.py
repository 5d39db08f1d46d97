"""Makes patients.csv, faults.csv, shapes.npz and machines.npz, all invented. Needs Python 3 only; the same numbers each time.

patients.csv  442 patients, ten columns in units of their own, and how far a disease has come a year later: for regression
faults.csv    600 machines, eight readings, and which of three faults each has, none or several: for multi-label
shapes.npz    240 pictures of 1x24x24, and what each pixel is: background, disc or cross: for segmentation
machines.npz  400 pictures of 1x16x16, a disc or a cross, each with five readings that tell hot from cold, which of the four, and whether it is a cross and hot: two inputs,
              two outputs
"""
import math
import pathlib
import random
import struct
import zipfile

HERE = pathlib.Path(__file__).parent


def patients(rng):
    rows = ["age,sex,bmi,pressure,s1,s2,s3,s4,s5,s6,progression"]
    for _ in range(442):
        age, sex = rng.randint(19, 79), rng.choice((1, 2))
        bmi, pressure = rng.gauss(26.4, 4.4), rng.gauss(94.6, 13.8)
        s1 = rng.gauss(189, 34)
        s2, s3 = 0.6 * s1 + rng.gauss(2, 15), rng.gauss(50, 13)
        s4, s5, s6 = s1 / max(20, s3), rng.gauss(4.64, 0.52), rng.gauss(91, 11)
        severe = 14 * (bmi - 26.4) / 4.4 * (1 + 0.4 * (pressure - 94.6) / 13.8) + 24 * math.tanh(s5 - 4.64) \
            + 9 * (pressure - 94.6) / 13.8 - 7 * (s3 - 50) / 13 + (4 if sex == 2 else -4)
        progression = min(346, max(25, 152 + 2.2 * severe + rng.gauss(0, 22)))
        rows.append(f"{age},{sex},{bmi:.1f},{pressure:.0f},{s1:.0f},{s2:.1f},{s3:.0f},{s4:.2f},{s5:.3f},{s6:.0f},{progression:.0f}")
    (HERE / "patients.csv").write_text("\n".join(rows) + "\n")


def faults(rng):
    rows = ["vibration,noise,heat,current,speed,load,pressure,flow,bearing,belt,pump"]
    for _ in range(600):
        bearing, belt, pump = rng.random() < 0.3, rng.random() < 0.25, rng.random() < 0.15
        speed, load = rng.uniform(800, 3000), rng.uniform(0.2, 1)
        vibration = 1.2 + speed / 3000 + (1.6 if bearing else 0) + (0.5 if belt else 0) + rng.gauss(0, 0.3)
        noise = 60 + 8 * load + (6 if bearing else 0) + (5 if belt else 0) + rng.gauss(0, 1.5)
        heat = 40 + 25 * load + (9 if bearing else 0) + (7 if pump else 0) + rng.gauss(0, 2)
        current = 5 + 6 * load - (1.5 if belt else 0) + rng.gauss(0, 0.3)
        pressure, flow = 4 - (1.2 if pump else 0) + rng.gauss(0, 0.25), speed / 300 * (0.7 if pump else 1) + rng.gauss(0, 0.4)
        rows.append(f"{vibration:.2f},{noise:.1f},{heat:.1f},{current:.2f},{speed:.0f},{load:.2f},{pressure:.2f},{flow:.2f},"
                    f"{int(bearing)},{int(belt)},{int(pump)}")
    (HERE / "faults.csv").write_text("\n".join(rows) + "\n")


def npy(shape, data, descr="|u1"):
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (-(10 + len(header) + 1) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data


def picture(rng, side):
    pixels, classes = bytearray(side * side), bytearray(side * side)
    shade = rng.randint(20, 90)
    for i in range(side * side):
        pixels[i] = shade + 4 * rng.randint(0, 7)
    for kind in (1, 2):
        if rng.random() < 0.2:
            continue
        radius, y0, x0 = rng.randint(3, 6), rng.randint(4, side - 5), rng.randint(4, side - 5)
        bright = rng.randint(130, 220)
        for y in range(side):
            for x in range(side):
                dy, dx = abs(y - y0), abs(x - x0)
                inside = dy * dy + dx * dx <= radius * radius if kind == 1 else min(dy, dx) <= 1 and max(dy, dx) <= radius
                if inside:
                    pixels[y * side + x], classes[y * side + x] = bright + 4 * rng.randint(0, 7), kind
    return pixels, classes


def shapes(rng, side=24):
    with zipfile.ZipFile(HERE / "shapes.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, count in (("train", 160), ("validation", 40), ("test", 40)):
            some = [picture(rng, side) for _ in range(count)]
            for array, part in (("x", 0), ("y", 1)):
                entry = zipfile.ZipInfo(f"{array}_{name}.npy", (2020, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, npy((count, side, side), b"".join(bytes(one[part]) for one in some)))


def machines(rng, side=16):
    with zipfile.ZipFile(HERE / "machines.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, count in (("train", 280), ("validation", 60), ("test", 60)):
            pictures, rows, classes, signs = bytearray(), [], bytearray(), bytearray()
            for _ in range(count):
                cross, hot = rng.random() < 0.5, rng.random() < 0.5
                y0, x0, radius, bright = rng.randint(4, side - 5), rng.randint(4, side - 5), rng.randint(2, 4), rng.randint(90, 220)
                for y in range(side):
                    for x in range(side):
                        dy, dx = abs(y - y0), abs(x - x0)
                        inside = min(dy, dx) == 0 and max(dy, dx) <= radius if cross else dy * dy + dx * dx <= radius * radius
                        pictures.append((bright if inside else 40) + rng.randint(-15, 15))
                load = rng.uniform(0.2, 1)
                rows += [rng.gauss(40 + 20 * load + (15 if hot else 0), 3), load, rng.gauss(3, 0.4), rng.gauss(1000 + (50 if hot else 0), 40), rng.gauss(0, 1)]
                classes.append(2 * cross + hot)
                signs += bytes((cross, hot))
            for array, data in (("x", npy((count, side, side), bytes(pictures))), ("row", npy((count, 5), struct.pack(f"<{len(rows)}f", *rows), "<f4")),
                                ("y", npy((count,), bytes(classes))), ("signs", npy((count, 2), bytes(signs)))):
                entry = zipfile.ZipInfo(f"{array}_{name}.npy", (2020, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, data)


if __name__ == "__main__":
    patients(random.Random(1))
    faults(random.Random(2))
    shapes(random.Random(3))
    machines(random.Random(4))
