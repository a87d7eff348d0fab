"""Which files the documentation consists of, written to a folder or compared with one."""

import json
from collections.abc import Mapping
from pathlib import Path

from luckymonaco.docs.guide import guide
from luckymonaco.docs.markdown import contract_page
from luckymonaco.docs.openapi31 import to_webhooks
from luckymonaco.docs.page import page
from luckymonaco.docs.samples import samples
from luckymonaco.docs.view import view
from spec import Contract
from spec.errors import SettingError

Files = Mapping[str, str]  # path below the folder -> text


def committed(contract: Contract) -> Files:
    """What is committed under docs/: the contract page and the guide, both Markdown."""
    shown = view(contract)
    return {
        "contract.md": contract_page(shown),
        **{f"guide/{chapter.name}.md": chapter.text for chapter in guide(shown)},
    }


def site(contract: Contract) -> Files:
    """The whole documentation: the page, the Markdown, two editions of the document, and the samples as files."""
    return {
        "index.html": html(contract),
        **committed(contract),
        "openapi.json": _json(contract.raw),
        "openapi-3.1-webhooks.json": _json(to_webhooks(contract.raw)),
        **{f"samples/{s.operation}/{s.language}/{s.file}": s.text for s in samples(contract)},
    }


def html(contract: Contract) -> str:
    """The page alone, as the mock serves it."""
    shown = view(contract)
    return page(shown, contract.raw, guide(shown, beside_rules=True))


def write(files: Files, folder: Path) -> None:
    """Write every file below a folder; SettingError if that is not possible."""
    for name, text in files.items():
        target = folder / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())
        except OSError as error:
            raise SettingError("the docs cannot be written", where=str(target), got=error.strerror or "") from None


def stale(files: Files, folder: Path) -> Mapping[str, str]:
    """What is wrong with a folder, by file: missing, stale, or left over beside the generated ones."""
    found = {name: _read(folder / name) for name in files}
    wrong = {
        name: "missing" if found[name] is None else "stale" for name in files if found[name] != files[name].encode()
    }
    folders = {Path(name).parent for name in files} - {Path()}  # docs/ itself has files of other origin
    beside = sorted(path.relative_to(folder).as_posix() for own in folders for path in (folder / own).glob("*"))
    return wrong | {name: "left over" for name in beside if name not in files}


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
