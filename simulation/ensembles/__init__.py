"""Many runs: which, where, on disk, and what happens when they are stopped."""
