"""Defaults and limits of the command line's options, and the statuses that a command exits with."""

SMALLEST_SHARE = 0.0001  # of the city that can be simulated
PAGE_SHARE = 0.01  # of the city that the page simulates at first
PAGE_PORT, HIGHEST_PORT = 8765, 65535
FEWEST_DRAWS = 2  # one draw has no spread
REPEATED_DRAWS = 3  # that `verify` repeats
FEWEST_TABLE_RUNS = 500
FRESH_RUNS, PREDICTION_RUNS, FEWEST_VALIDATION_RUNS = 200, 200, 20
DONE, NOT_VERIFIED, UNUSABLE, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143  # exit statuses; 130 is Ctrl-C, 143 SIGTERM
