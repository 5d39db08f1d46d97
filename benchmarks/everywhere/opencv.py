#!/usr/bin/env python3
"""What OpenCV's DNN answers. Arguments: the folder that Answers.java left, how many images. Beside each ONNX file: its logits (.opencv) or why not (.opencv.error)."""
import pathlib
import sys

import cv2
import numpy as np

folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
images = (np.fromfile(folder / "images.u8", np.uint8).reshape(count, 1, 28, 28) / np.float32(255)).astype(np.float32)
for file in sorted(folder.rglob("*.onnx")):
    try:
        net = cv2.dnn.readNetFromONNX(str(file))
        net.setInput(images)
        net.forward().astype(np.float32).tofile(f"{file}.opencv")
    except cv2.error as error:
        pathlib.Path(f"{file}.opencv.error").write_text(str(error).strip().splitlines()[0] + "\n")
print("OpenCV", cv2.__version__)
