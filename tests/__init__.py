"""Tests, in the folders of what they test."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# Tests run in a process a core. Threads of linear algebra in each of them would wait for each other, and burn processor time while they do.
# Before numpy is imported; whoever asks for another number gets it, as the torture of processors does.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
