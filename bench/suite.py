"""How long the suite takes, and what it finds, beside raw Schemathesis with the same document on the same operators.

    python -m bench.suite [--operators 12] [--seed 1]

Prints, for both, the median seconds of a run, how many of the broken operators were caught, how many conforming ones
were failed, and the seconds per caught operator as a ratio. The runs take turns, so that both see the same machine.
"""

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import spec
from mockserver import gallery

PARTNER = {"partner-id": "partner-77", "partner-token": "Tok3n-aBcD-9876xyz"}


def verify(url: str) -> list[str]:
    """The suite's command line."""
    credentials = ["--partner-id", PARTNER["partner-id"], "--partner-token", PARTNER["partner-token"]]
    return [sys.executable, "-m", "luckymonaco", "verify", url, *credentials]


def schemathesis(url: str, contract: spec.Contract) -> list[str]:
    """Schemathesis' command line, with the credentials fixed as its own documentation shows, in a configuration."""
    names = {item.name: PARTNER[item.role] for item in contract.operations[0].credentials}
    lines = [f'"query.{name}" = "{value}"' for name, value in names.items()]
    config = Path(tempfile.mkdtemp()) / "schemathesis.toml"
    config.write_text("[parameters]\n" + "\n".join(lines) + "\n", encoding="utf-8")
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
    broken = draw.sample([e for e in usable if e.kind == "broken" and not e.name.startswith("hangs")], given.operators)
    conforming = draw.sample([e for e in usable if e.kind == "conforming"], given.operators // 2)
    seconds: dict[str, list[float]] = {"verify": [], "schemathesis": []}
    red: dict[str, dict[str, int]] = {name: {"broken": 0, "conforming": 0} for name in seconds}
    for entry in (*broken, *conforming):
        for name, make in (("verify", verify), ("schemathesis", lambda url: schemathesis(url, contract))):
            with gallery.running(contract, spec.Partner(PARTNER), entry.name) as url:
                spent, code = timed(make(url))
            seconds[name].append(spent)
            red[name][entry.kind] += code == 1
    per_bug = {name: sum(spent) / max(red[name]["broken"], 1) for name, spent in seconds.items()}
    for name, spent in seconds.items():
        found, wrong = red[name]["broken"], red[name]["conforming"]
        print(
            f"{name:<13} median {statistics.median(spent):5.1f} s   caught {found} of {len(broken)}"
            f"   wrongly failed {wrong} of {len(conforming)}   {per_bug[name]:5.1f} s a caught operator"
        )
    print(f"ratio         {per_bug['verify'] / per_bug['schemathesis']:.2f} of Schemathesis' seconds a caught operator")


if __name__ == "__main__":
    main()
