"""Reads event files with TensorBoard's own reader and holds them against training.csv: read_events.py LOGS/NAME OUT/training.csv

Ends with 1 where a value differs, is missing, or is there and not in the table.
"""
import csv
import struct
import sys

import tensorboard.version
from tensorboard.backend.event_processing.event_accumulator import SCALARS, EventAccumulator

# run, tag in the event files and column of the table; {} is the metric
PAIRS = [('train', 'loss', 'loss'), ('train', '{}', '{}'), ('train', 'learning_rate', 'learning_rate'),
         ('validation', 'loss', 'validation_loss'), ('validation', '{}', 'validation_{}'),
         ('smallest', 'loss', 'smallest_validation_loss'), ('smallest', '{}', 'smallest_validation_{}')]


def single(text):
    """The number as event files hold it, in 32 bits."""
    return struct.unpack('f', struct.pack('f', float(text)))[0]


logs, table = sys.argv[1:]
print('TensorBoard', tensorboard.version.VERSION)
with open(table, newline='') as file:
    rows = list(csv.DictReader(file))
metric = list(rows[0])[3]

runs = {}
for run in ('train', 'validation', 'smallest'):
    runs[run] = EventAccumulator(f'{logs}/{run}', size_guidance={SCALARS: 0}).Reload()
    print(f"{run}: {sorted(runs[run].Tags()['scalars'])}")

different = 0
for run, tag, column in ((run, tag.format(metric), column.format(metric)) for run, tag, column in PAIRS):
    expected = [(int(row['step']), single(row[column])) for row in rows if row[column]]
    read = [(event.step, event.value) for event in runs[run].Scalars(tag)]
    same = bool(expected) and read == expected
    different += not same
    print(f'{run} {tag}, {column}: {len(read)} values, ' + ('the same' if same else f'DIFFERENT: {read} and {expected}'))
sys.exit(different > 0)
