"""`python -m oldhand` is the command line."""

import sys

from oldhand.surfaces.cli.main import main

sys.exit(main())
