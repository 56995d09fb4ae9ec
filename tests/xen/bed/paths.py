# SPDX-License-Identifier: GPL-2.0-or-later
"""Where things lie in the source tree and in the build folder."""
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[3]
RECIPES = SOURCE / "packaging" / "images"
DEPENDENCIES = SOURCE / "packaging" / "deps"
BED = SOURCE / "tests" / "xen"
SCENARIOS = BED / "scenarios"
BUILD = SOURCE / "build"
CACHE = BUILD / "xen"
RESULTS = BUILD / "test-results" / "xen"
