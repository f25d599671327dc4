"""What is measured: medians with their spread, and ratios of paired runs."""
import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Spread:
    """Several runs of the same: their median, minimum and maximum."""
    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values):
        return cls(statistics.median(values), min(values), max(values))


@dataclasses.dataclass(frozen=True)
class Target:
    """A bound, and which side of it is good."""
    bound: float
    at_most: bool

    def holds(self, value):
        return value <= self.bound if self.at_most else value >= self.bound


def at_least(bound):
    return Target(bound, at_most=False)


def at_most(bound):
    return Target(bound, at_most=True)


@dataclasses.dataclass(frozen=True)
class Row:
    """One row of the table. The target applies to the ratio if there is a peer, otherwise to our own figure."""
    what: str
    unit: str
    ours: Spread
    peer: Spread | None = None
    peer_name: str = ""
    ratio: Spread | None = None
    target: Target | None = None
    # Notes on the two figures, such as their 99th percentiles.
    ours_note: str = ""
    peer_note: str = ""

    @property
    def judged(self):
        return (self.ratio or self.ours).median

    @property
    def falls_short(self):
        return self.target is not None and not self.target.holds(self.judged)


def compared(what, unit, pairs, peer_name, target=None):
    """Sets ours in relation to the peer's, pair by pair."""
    return Row(what, unit, Spread.of([mine for mine, _ in pairs]), Spread.of([theirs for _, theirs in pairs]),
               peer_name, Spread.of([mine / theirs for mine, theirs in pairs]), target)


def alone(what, unit, values, target=None):
    """A figure without a peer."""
    return Row(what, unit, Spread.of(values), target=target)


def percentile(values, part):
    """The value that `part` of all values do not exceed, by nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, -int(-part * len(ordered) // 1) - 1)]


def require(condition, what):
    """Ends the run if an answer is wrong: its time would mean nothing."""
    if not condition:
        raise SystemExit(f"The answer is wrong, so its time means nothing: {what}")
