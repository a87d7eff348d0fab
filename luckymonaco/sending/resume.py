"""Where an interrupted run goes on: the result file that it left."""

import hashlib
import json
from pathlib import Path

from luckymonaco.sending.compose import Composer
from luckymonaco.sending.results import Results
from luckymonaco.sending.settings import SendSettings
from luckymonaco.sending.show import note

_NAMED = 10  # lines in doubt that are named one by one


def open_results(settings: SendSettings, composing: Composer, digest: str) -> Results | None:
    """The result file of a run from a file, and in words what an earlier run left in it."""
    if settings.from_file is None:
        return None
    values = json.dumps([dict(composing.values), composing.vary], sort_keys=True)
    results = Results(
        settings.results or _beside(settings.from_file),
        {
            "file": digest,
            "target": composing.maker.target.url,
            "operation": composing.operation.id,
            # A few digits tell two apart and give nothing away.
            "values": hashlib.sha256(values.encode("utf-8", "surrogatepass")).hexdigest()[:8],
        },
    )
    if results.torn:
        note(f"the last line of {results.path} was cut short by a crash; it is left out")
    if results.done:
        note(f"going on: {results.done} lines have an outcome in {results.path}")
    if results.in_doubt:
        lines = sorted(results.in_doubt)
        named = ", ".join(map(str, lines[:_NAMED])) + (", …" if len(lines) > _NAMED else "")
        again = settings.in_doubt == "again"
        note(
            f"{len(lines)} lines were under way when the last run ended, and nobody recorded what became of them: "
            f"{named}; they are " + ("sent now, so possibly twice" if again else "skipped (--in-doubt skip)")
        )
    return results


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".results.ndjson")
