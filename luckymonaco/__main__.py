"""`python -m luckymonaco` is the same as `luckymonaco`."""

import sys

from luckymonaco.cli import main

if __name__ == "__main__":
    sys.exit(main())
