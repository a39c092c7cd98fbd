"""`python -m akin_index.serve` is `akin-serve`."""

import sys

from .main import main

sys.exit(main())
