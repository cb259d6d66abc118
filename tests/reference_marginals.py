"""Belief propagation as the paper has it, to hold against what the kernels make of it.

Williams, Lau, "Approximate evaluation of marginal association probabilities with belief
propagation", IEEE TAES 50(4), 2014: all speak at once, on a full table, until nothing changes.
"""

import numpy as np

_SETTLED = 1e-12
_ROUNDS_MAX = 20_000


def agreed_marginals(ratio: np.ndarray) -> np.ndarray:
    """Return the probability of each pair on which all messages agree in the end."""
    told = np.ones(ratio.shape)  # What measurements tell tracks.
    for _ in range(_ROUNDS_MAX):
        weighed = ratio * told
        asked = ratio / (1.0 + weighed.sum(axis=1, keepdims=True) - weighed)
        after = 1.0 / (1.0 + asked.sum(axis=0, keepdims=True) - asked)
        change = np.abs(after / told - 1.0).max()
        told = after
        if change < _SETTLED:
            break
    weighed = ratio * told
    return weighed / (1.0 + weighed.sum(axis=1, keepdims=True))
