"""Rounds: runs of both sides one after the other, if possible while other processes are idle."""
import dataclasses
import pathlib

import machine

# The share of the processors that other processes may take during an undisturbed round.
QUIET = 0.1


@dataclasses.dataclass
class Context:
    """The input of a measurement, and how disturbed its rounds were."""
    folder: pathlib.Path
    quick: bool
    run: int = 0
    disturbances: list[float] = dataclasses.field(default_factory=list)

    def rounds(self, count, measure):
        """What `measure` answers, `count` times: each call is a round, and measures all sides of a comparison.

        A disturbed round is repeated, up to as many times as there are rounds. The rounds with the least load of other
        processes are kept; the measured values play no part in that.
        """
        if self.quick:
            count = 2
        results = []
        while sum(share <= QUIET for share, _ in results) < count and len(results) < (1 if self.quick else 2) * count:
            machine.wait_until_idle(0 if self.quick else 20)
            others = machine.Others()
            value = measure(len(results))
            results.append((others.share(), value))
        self.run += len(results)
        kept = sorted(results, key=lambda result: result[0])[:count]
        self.disturbances += [share for share, _ in kept]
        return [value for _, value in kept]
