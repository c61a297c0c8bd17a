"""What the peers share: the best of many timings, and the file in which numbers are kept."""

import json
import sys
import time


def best(work, repetitions, per_call=1):
    """Least microseconds per unit of work over so many repetitions, after three that do not count."""
    for _ in range(3):
        work()
    least = float("inf")
    for _ in range(repetitions):
        start = time.perf_counter()
        work()
        least = min(least, (time.perf_counter() - start) / per_call)
    return least * 1e6


def write(numbers):
    """Writes numbers by name into the file that the command line names."""
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(numbers, file, indent=2)
    print(json.dumps(numbers))
