"""Matrix products by the OpenBLAS that numpy carries."""

import numpy as np

import results

numbers = {}
random = np.random.default_rng(1)
for width in (64, 256, 1024):
    for rows in (1, 8, 64, 256, 2048):
        left = random.standard_normal((rows, width)).astype("f")
        right = random.standard_normal((width, width)).astype("f")
        out = np.empty((rows, width), "f")
        calls = max(1, int(2e7 / (rows * width * width)))

        def work():
            for _ in range(calls):
                np.matmul(left, right, out=out)

        numbers[f"product/{rows}x{width}/numpy"] = results.best(work, 30, calls)
results.write(numbers)
