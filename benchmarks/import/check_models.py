"""Holds every ONNX file of a folder to the checker of the onnx package.

usage: check_models.py DIR     needs onnx
"""
import pathlib, sys
import onnx

files = sorted(pathlib.Path(sys.argv[1]).glob('*.onnx'))
for file in files:
    onnx.checker.check_model(str(file), full_check=True)
print(len(files), 'files pass onnx', onnx.__version__)
