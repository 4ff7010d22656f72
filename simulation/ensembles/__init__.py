"""Many runs: which ones, where they are computed, how they are kept on disk, and what happens when they are stopped."""
