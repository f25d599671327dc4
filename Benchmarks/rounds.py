"""Repetition: one run of both sides after the other, where possible while nobody else needs the processors."""
import dataclasses
import pathlib

import machine

# The share of the processors that others may take of an undisturbed round.
QUIET = 0.1


@dataclasses.dataclass
class Context:
    """What a measurement is given, and how disturbed its rounds were."""
    folder: pathlib.Path
    quick: bool
    run: int = 0
    disturbances: list[float] = dataclasses.field(default_factory=list)

    def rounds(self, count, measure):
        """What `measure` answers, `count` times: each call is a round, and measures all sides of a comparison.

        A disturbed round is repeated, up to as many times as there are rounds. What is kept is chosen by how little
        others did, never by what was measured.
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
