"""Files of one network in all versions: by each opset of both exporters, converted, and quantised by onnxruntime's quantize_static.

usage: make_versions.py MODELS DIR     MODELS has the narrow networks of examples/import/make_models.py; needs what that needs, and onnxruntime
"""
import glob, os, sys, warnings
import numpy as np, onnx, onnxruntime, torch
from onnx import version_converter
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

warnings.filterwarnings('ignore')
MODELS, OUT = sys.argv[1:3]
NETS = ['plain-narrow', 'resnet18-narrow', 'mobilenet_v3-narrow', 'convnext-linear-narrow', 'densenet-narrow', 'vit-narrow', 'squeezenet-narrow']


class Noise(CalibrationDataReader):
    def __init__(self, file):
        taken = onnxruntime.InferenceSession(file).get_inputs()[0]
        shape = [extent if isinstance(extent, int) else 2 for extent in taken.shape]
        random = np.random.default_rng(1)
        self.images = iter([{taken.name: random.random(shape, dtype=np.float32)} for _ in range(8)])

    def get_next(self):
        return next(self.images, None)


def attempt(what, made):
    try:
        made()
    except Exception as e:
        print(what, 'cannot be made:', str(e).splitlines()[0][:120])


def makers():
    text = open(os.path.join(os.path.dirname(__file__), '../../examples/import/make_models.py')).read()
    found = {'__name__': 'models'}
    exec(compile(text.rsplit('main()', 1)[0], 'make_models.py', 'exec'), found)
    return found


def main():
    os.makedirs(OUT, exist_ok=True)
    kinds = {'qdq': dict(per_channel=True), 'qop': dict(quant_format=QuantFormat.QOperator), 'qdq-s8': dict(activation_type=QuantType.QInt8), 'qdq-u16': dict(activation_type=QuantType.QUInt16)}
    for file in sorted(glob.glob(f'{MODELS}/*-narrow*.onnx')):
        name = os.path.basename(file)[:-5]
        for kind, how in kinds.items():
            how = dict(dict(activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, quant_format=QuantFormat.QDQ), **how)
            attempt(f'{name}.{kind}', lambda: quantize_static(file, f'{OUT}/{name}.{kind}.onnx', Noise(file), **how))
    library = makers()
    for name in NETS:
        make, size = library['MODELS'][name]
        torch.manual_seed(1)
        model, image = library['settle'](make(), size), torch.rand(2, 3, size, size)
        for opset in range(9, 21):
            attempt(f'{name}.script{opset}', lambda: torch.onnx.export(model, (image,), f'{OUT}/{name}.script{opset}.onnx', opset_version=opset, dynamo=False,
                                                                       input_names=['image'], dynamic_axes={'image': {0: 'batch'}}))
        for opset in (18, 20, 21, 22, 23, 24, 25):
            attempt(f'{name}.dynamo{opset}', lambda: torch.onnx.export(model, (image,), f'{OUT}/{name}.dynamo{opset}.onnx', opset_version=opset, dynamo=True, verbose=False,
                                                                       external_data=False, dynamic_shapes=[{0: 'batch'}]))
        if os.path.exists(f'{MODELS}/{name}.onnx'):
            read = onnx.load(f'{MODELS}/{name}.onnx')
            for opset in range(9, 26):
                attempt(f'{name}.converted{opset}', lambda: onnx.save(version_converter.convert_version(read, opset), f'{OUT}/{name}.converted{opset}.onnx'))


main()
