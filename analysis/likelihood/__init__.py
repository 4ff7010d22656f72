"""Likelihoods climbed to the last digits, so that what a fit prints is the same on every processor.

A general optimiser stops where the slope is small enough; which digits are then right depends on how the processor sums. Here a fit is
one dimension searched by its score (`random_effect`) or Newton's steps with exact derivatives until they no longer move (`newton`,
`ordered_logit`). statsmodels has the same models, and tests hold these to it where it converges.
"""
