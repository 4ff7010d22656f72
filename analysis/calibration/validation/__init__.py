"""How far the calibration can be trusted: known truths and predictions."""
