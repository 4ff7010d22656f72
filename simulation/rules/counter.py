"""From the job to the citizen: what of behaviour shows in clients' ratings, and how long they wait."""

from __future__ import annotations

import math

from simulation.engine.compiled import rule


@rule
def seen_by_clients(criterion: float, provider_share: float) -> float:
    """What an SD of rated behaviour is to an encounter [SD of the people score per SD of rated behaviour].

    Behaviour shows in what clients rate with the criterion correlation, in SD between providers; those are a share of the variance of
    ratings. No reliability correction comes on top.

    Args:
        criterion: SD of clients' mean ratings of a provider per SD of behaviour, `criterion_to_client`.
        provider_share: share of the variance of ratings that belongs to who serves.
    Source: cohen1981_re, InstEval_icc_provider. Class: literature, transport assumed.
    """
    return criterion * math.sqrt(provider_share)


@rule
def in_clients_unit(by_behaviour: float, provider_share: float) -> float:
    """What an SD between persons is in the unit of job effects: itself in SD of rated behaviour, its share in SD of clients' ratings.

    Args:
        by_behaviour: `job_route`, 1 when job effects are in SD of rated behaviour, 0 when clients rated.
    """
    return 1.0 if by_behaviour > 0.5 else math.sqrt(provider_share)


@rule
def longer_wait(per_hour: float, away: float, cover: float, output: float) -> float:
    """Rise of waiting against today's [ratio], linear at today's load.

    per_hour * ((1 - cover) * away - output). A queue is steeper the fuller it is; taken as it is, one person's day would become a mean
    effect of luck, so its slope at today's load is used.

    Args:
        per_hour: 1 / (1 - load); away: share of the working time at counters that courses take, over a year, above today's.
        cover: share of it for which colleagues stand in; output: relative output above the mean of units.
    Source: output, Fenizia (2022), fenizia2022. Class: assumed.
    """
    return per_hour * ((1.0 - cover) * away - output)
