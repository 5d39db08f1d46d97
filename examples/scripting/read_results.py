"""Reads every file that a run leaves, with nothing but Python's own library: read_results.py OUT [MLRUNS]

Each function is short enough to be copied. ONNX files and TensorBoard's event files are read by the packages onnx and tensorboard, where they are there.
"""
import csv
import json
import struct
import sys
from array import array
from pathlib import Path


def table(file):
    """Rows of training.csv, front.csv, sweep.csv: numbers where they are numbers, None where nothing was measured."""
    def value(text):
        try:
            return float(text) if text else None
        except ValueError:
            return text
    with open(file, newline='', encoding='utf-8') as lines:
        return [{key: value(text) for key, text in row.items()} for row in csv.DictReader(lines)]


def evaluations(file):
    """Of evaluations.csv: the key of what was measured, then kind, images, score or difference, and selection of each measurement."""
    with open(file, newline='', encoding='utf-8') as lines:
        key = next(lines).lstrip('# ').strip()
        return key, list(csv.reader(lines))


def selection(text):
    """What a submodel keeps: 'stage1.layers=1,weights.bits=4' as a dictionary."""
    return {axis: int(keep) for axis, keep in (part.split('=') for part in text.split(',') if part)}


def safetensors(file):
    """Metadata, and name, type, shape and numbers of each tensor of a checkpoint; numpy.frombuffer takes the same bytes."""
    data = Path(file).read_bytes()
    length, = struct.unpack('<Q', data[:8])
    head = json.loads(data[8:8 + length])
    metadata = head.pop('__metadata__', {})
    codes = {'F32': 'f', 'F64': 'd', 'I32': 'i', 'I64': 'q', 'I8': 'b', 'U8': 'B'}
    tensors = {}
    for name, of in head.items():
        begin, end = of['data_offsets']
        numbers = array(codes[of['dtype']], data[8 + length + begin:8 + length + end])
        tensors[name] = of['dtype'], of['shape'], numbers
    return metadata, tensors


def mlflow(folder):
    """Runs of a folder that --mlflow wrote: name, parameters, and of each metric step and value."""
    for meta in sorted(Path(folder).glob('*/*/meta.yaml')):
        run = meta.parent
        yield ((run / 'tags/mlflow.runName').read_text(), {file.name: file.read_text() for file in (run / 'params').iterdir()},
               {file.name: [(int(step), float(value)) for _, value, step in map(str.split, file.read_text().splitlines())]
                for file in (run / 'metrics').iterdir()})


def main(out, runs=None):
    out = Path(out)
    summary = json.loads((out / 'summary.json').read_text(encoding='utf-8'))
    record = json.loads((out / 'run.json').read_text(encoding='utf-8'))
    print('run', record['description'], 'seed', record['seed'], 'by', ' '.join(record['command']))
    print('full network', summary['supernet']['accuracy'])
    for budget in summary['budgets']:
        print('budget', budget['name'], budget['accuracy'], selection(budget['selection']) if isinstance(budget['selection'], str) else budget['selection'])

    training = table(out / 'training.csv')
    print('training', len(training), 'epochs, the last', training[-1])
    front = table(out / 'front.csv')
    best = max(front, key=lambda row: row['validation_accuracy'])
    print('front', len(front), 'submodels, the best', selection(best['selection']))
    key, measured = evaluations(out / 'evaluations.csv')
    print('evaluations', len(measured), 'of', key[:12])

    metadata, tensors = safetensors(out / 'checkpoint.safetensors')
    assert all(len(numbers) == product(shape) for _, shape, numbers in tensors.values())
    print('checkpoint', len(tensors), 'tensors,', sum(len(numbers) for _, _, numbers in tensors.values()), 'numbers, metadata', sorted(metadata))

    for file in sorted(out.glob('models/*.onnx')):
        try:
            import onnx
        except ImportError:
            print(file.name, file.stat().st_size, 'bytes; no onnx to read it')
            continue
        model = onnx.load(file)
        print(file.name, file.stat().st_size, 'bytes,', len(model.graph.node), 'nodes,', {one.key: one.value[:40] for one in model.metadata_props})
    for name, parameters, metrics in mlflow(runs) if runs else []:
        assert [step for step, _ in metrics['loss']] == [int(row['step']) for row in training]
        assert [value for _, value in metrics['loss']] == [row['loss'] for row in training]
        print('mlflow', name, len(parameters), 'parameters,', {metric: points[-1] for metric, points in sorted(metrics.items())})


def product(shape):
    count = 1
    for size in shape:
        count *= size
    return count


if __name__ == '__main__':
    main(*sys.argv[1:])
