"""Several partners from a file."""

import json
from pathlib import Path

import httpx
import pytest

from spec import Partner, SettingError, attach, sign
from tests.document import CONTRACT, OPERATION, SUCCESS
from tests.mockserver.serving import serving


class TestPartners:
    """Several partners from a file."""

    ENTRIES = [  # noqa: RUF012
        {"partner-id": "alpha", "partner-token": "token-of-Alpha", "secret": "secret-of-Alpha"},
        {"partner-id": "beta", "partner-token": "token-of-Beta"},
        {"partner-id": "gamma", "partner-token": "token-of-Gamma", "secret": "g", "hash-scheme": "sorted-sha256"},
    ]

    def test_each_with_its_own(self, tmp_path: Path) -> None:
        """Each id goes with its own token and its own secret, and with no other's."""
        file = tmp_path / "partners.json"
        file.write_text(json.dumps(self.ENTRIES))

        with serving(partners=file) as served:
            for entry in self.ENTRIES:
                scheme = CONTRACT.scheme(entry["hash-scheme"]) if "hash-scheme" in entry else None
                mine = Partner(entry, entry.get("secret", ""), scheme)
                body = sign(OPERATION, mine, OPERATION.example)
                for other in self.ENTRIES:
                    query, _ = attach(OPERATION, Partner({**entry, "partner-token": other["partner-token"]}))
                    got = httpx.post(f"{served.url}{OPERATION.path}?{query}", json=body)
                    assert (got.json() == SUCCESS.body) == (entry is other)
                    assert entry is other or served.answers("partner-token", got)
            query, _ = attach(OPERATION, Partner(self.ENTRIES[0]))
            wrong = httpx.post(f"{served.url}{OPERATION.path}?{query}", json=dict(OPERATION.example))
            assert served.answers("wrong-hash", wrong)
            query, _ = attach(OPERATION, Partner({**self.ENTRIES[0], "partner-id": "nobody"}))
            assert served.answers("partner-id", httpx.post(f"{served.url}{OPERATION.path}?{query}", json={}))

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "{}",
            "[]",
            "[1]",
            "- {partner-id: x}",
            "- {partner-id: x, partner-token: 5}",
            "- {partner-id: x, partner-token: y, colour: red}",
            "- {partner-id: x, partner-token: y, hash-scheme: nope}",
            ": [",
        ],
    )
    def test_unusable_file(self, tmp_path: Path, text: str) -> None:
        """A file that cannot be used is refused at start."""
        file = tmp_path / "partners.yaml"
        file.write_text(text)

        with pytest.raises(SettingError), serving(partners=file):
            pass
