"""`python -m bench.flat --requests 1000000`: is the mock's memory flat once its journal is full?

Loads it as fast as it answers, in slices of about a twentieth, and prints its resident memory after each; 1 if the last
slices stand above the first ones by more than 3%.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from bench import load
from bench.running import started
from spec import load as load_contract

_SLICES = 20
_GROWTH = 1.03


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(prog="python -m bench.flat", description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--connections", type=int, default=32)
    options = parser.parse_args()
    contract = load_contract()
    with tempfile.TemporaryDirectory() as name, started("mock", contract, Path(name), Path()) as server:
        lua = load.script(contract.operations[0], Path(name), 0)
        rate = load.run(server.url, lua, seconds=5, connections=options.connections).per_second  # fills the journal
        seconds = max(1, round(options.requests / rate / _SLICES))
        sent, memory = 0, []
        while sent < options.requests:
            sent += load.run(server.url, lua, seconds=seconds, connections=options.connections).requests
            memory.append(server.memory())
            print(f"{sent:>10} requests {memory[-1]:8.1f} MiB", flush=True)
    third = max(1, len(memory) // 3)
    first, last = statistics.median(memory[:third]), statistics.median(memory[-third:])
    print(
        f"first third {first:.1f} MiB, last third {last:.1f} MiB: {'flat' if last <= first * _GROWTH else 'it grows'}"
    )
    return 0 if last <= first * _GROWTH else 1


if __name__ == "__main__":
    sys.exit(main())
