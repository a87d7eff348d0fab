"""How long the suite takes, and what it finds, beside raw Schemathesis with the same document on the same operators.

    python -m bench.suite [--operators 12] [--seed 1]

Prints, for each, the median seconds of a run, how many of the broken operators were caught, how many conforming ones
were failed, and the seconds per caught operator as a ratio. The runs take turns, so that all see the same machine.
Verify runs three times: with `--no-cache`, as the very first time; as every time after that; and with `--quick`.
Schemathesis runs all its phases and checks, with the credentials bound to the document's security schemes.
"""

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import spec
from mockserver import gallery

PARTNER = {"partner-id": "partner-77", "partner-token": "Tok3n-aBcD-9876xyz"}


def verify(url: str, *more: str) -> list[str]:
    """The suite's command line."""
    credentials = ["--partner-id", PARTNER["partner-id"], "--partner-token", PARTNER["partner-token"]]
    return [sys.executable, "-m", "luckymonaco", "verify", url, *credentials, *more]


def schemathesis(url: str, contract: spec.Contract, folder: Path) -> list[str]:
    """Schemathesis' command line, with the credentials bound to the security schemes as its own documentation shows."""
    schemes = contract.source.parse()["components"]["securitySchemes"]
    config = folder / "schemathesis.toml"
    config.write_text(
        "".join(
            f'[auth.openapi.{name}]\napi_key = "{PARTNER[scheme["x-credential"]]}"\n'
            for name, scheme in schemes.items()
        ),
        encoding="utf-8",
    )
    command = Path(sys.executable).with_name("schemathesis")
    return [str(command), "--config-file", str(config), "run", str(contract.source.path), "--url", url, "--seed", "1"]


def timed(command: list[str]) -> tuple[float, int]:
    """Seconds and exit code of one run; 300 seconds at the most."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command, capture_output=True, timeout=300, check=False, cwd=folder)
    return time.perf_counter() - start, done.returncode


def main() -> None:
    """Run both on a sample of the gallery and print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--operators", type=int, default=12, help="broken operators in the sample; half as many conform"
    )
    parser.add_argument("--seed", type=int, default=1, help="which operators are drawn")
    given = parser.parse_args()
    contract = spec.load()
    entries = list(gallery.entries(contract).values())
    draw = random.Random(given.seed)
    usable = [e for e in entries if not e.needs_secret and not e.max_response_time]
    broken = draw.sample([e for e in usable if e.kind == "broken"], given.operators)
    conforming = draw.sample([e for e in usable if e.kind == "conforming"], given.operators // 2)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runs: dict[str, Callable[[str], list[str]]] = {
            "verify, first time": lambda url: verify(url, "--no-cache"),
            "verify": verify,
            "verify --quick": lambda url: verify(url, "--quick"),
            "schemathesis": lambda url: schemathesis(url, contract, folder),
        }
        _compare(contract, runs, broken, conforming)


def _compare(
    contract: spec.Contract,
    runs: dict[str, Callable[[str], list[str]]],
    broken: Sequence[gallery.Entry],
    conforming: Sequence[gallery.Entry],
) -> None:
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    red: dict[str, dict[str, list[str]]] = {name: {"broken": [], "conforming": []} for name in runs}
    for position, entry in enumerate((*broken, *conforming)):
        turn = list(runs.items())
        for name, make in (*turn[position % len(turn) :], *turn[: position % len(turn)]):
            with gallery.running(contract, spec.Partner(PARTNER), entry.name) as url:
                spent, code = timed(make(url))
            seconds[name].append(spent)
            if code == 1:
                red[name][entry.kind].append(entry.name)
    per_bug = {name: sum(spent) / max(len(red[name]["broken"]), 1) for name, spent in seconds.items()}
    for name, spent in seconds.items():
        found, wrong = red[name]["broken"], red[name]["conforming"]
        print(
            f"{name:<18}  median {statistics.median(spent):5.1f} s   caught {len(found)} of {len(broken)}"
            f"   wrongly failed {len(wrong)} of {len(conforming)}   {per_bug[name]:5.1f} s a caught operator, "
            f"{per_bug[name] / per_bug['schemathesis']:.2f} of Schemathesis'"
        )
    for name in runs:
        wrong = red[name]["conforming"]
        missed = [entry.name for entry in broken if entry.name not in red[name]["broken"]]
        print(f"{name}: missed {', '.join(missed) or 'none'}; wrongly failed {', '.join(wrong) or 'none'}")


if __name__ == "__main__":
    main()
