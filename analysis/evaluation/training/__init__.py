"""Did the training work? Designs recognised, effects with their errors, a decision, and what threatens it."""

from analysis.evaluation.training.dose import dose
from analysis.evaluation.training.evaluate import evaluate_training
from analysis.evaluation.training.made_up import made_up
from analysis.evaluation.training.result import TrainingResult
from analysis.evaluation.training.threats import Threat
from analysis.evaluation.training.wording import threat_words

__all__ = ["Threat", "TrainingResult", "dose", "evaluate_training", "made_up", "threat_words"]
