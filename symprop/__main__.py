"""``python -m symprop``."""

import sys

from symprop.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
