"""What an exported float32 file takes beside the file that it was imported from.

usage: latency.py SOURCE.onnx EXPORTED.onnx [IMAGES [RUNS]]

Both answer the same random images (4) in one session each of onnxruntime, of one thread, in turns (200); the least time of each counts. The last
figure is how far the logits are from each other, in shares of their range: the exported network clips the signals that its codes are for.
"""
import sys, time
import numpy as np
import onnxruntime

images, runs = (int(a) for a in (sys.argv[3:] + ['4', '200'][len(sys.argv) - 3:]))
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
sessions = [onnxruntime.InferenceSession(f, options, providers=['CPUExecutionProvider']) for f in sys.argv[1:3]]
given = sessions[0].get_inputs()[0]
x = np.random.default_rng(1).random((images, *given.shape[1:]), dtype=np.float32)
least, logits = [float('inf')] * 2, [None] * 2
for _ in range(runs):
    for i, session in enumerate(sessions):
        start = time.perf_counter()
        logits[i], = session.run(None, {session.get_inputs()[0].name: x})
        least[i] = min(least[i], time.perf_counter() - start)
print(f'{sys.argv[2]}: {1e3 * least[1]:.2f} ms, {sys.argv[1]}: {1e3 * least[0]:.2f} ms, ratio {least[1] / least[0]:.3f}, '
      f'{np.abs(logits[1] - logits[0]).max() / np.ptp(logits[0]):.3f} of the range apart')
