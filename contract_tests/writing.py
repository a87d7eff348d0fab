"""Files that a run leaves: checked before anything is sent, and written whole or not at all."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from spec import SettingError


def check_writable(path: Path, what: str) -> None:
    """SettingError if a file cannot be written here; nothing is left behind and nothing is changed."""
    try:
        if path.is_dir():
            raise IsADirectoryError(None, "is a directory")
        if path.exists() and not path.is_file():
            return  # a pipe or a device: there is nothing to be tried
        if path.exists():
            with path.open("ab"):
                pass
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".luckymonaco-"):
            pass
    except OSError as error:
        raise _refused(path, what, error) from None


def write_whole(path: Path, data: bytes, what: str) -> None:
    """Write a file so that nobody ever finds half of it; SettingError if that is not possible."""
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".luckymonaco-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(name, _mode(path))
            os.replace(name, path.resolve())
        except BaseException:
            with suppress(OSError):
                os.unlink(name)
            raise
    except OSError as error:
        raise _refused(path, what, error) from None


def _mode(path: Path) -> int:
    """The mode that the file has, or that a new file gets."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _refused(path: Path, what: str, error: OSError) -> SettingError:
    return SettingError(f"{what} cannot be written", where=str(path), got=error.strerror or type(error).__name__)
