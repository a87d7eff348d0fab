"""`python -m contract_tests URL`: the suite without the command line around it."""

import sys

from contract_tests.present import verify
from contract_tests.settings import VerifySettings
from spec import LuckyMonacoError

if __name__ == "__main__":
    try:
        sys.exit(verify(VerifySettings.create({"base_url": sys.argv[1] if len(sys.argv) > 1 else ""})))
    except LuckyMonacoError as error:
        sys.exit(f"luckymonaco: error: {error}")
