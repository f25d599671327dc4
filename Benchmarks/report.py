"""Figures as text: the table, and the document around it."""
import dataclasses
import datetime
import statistics
import types

from measure import Row

HEAD = """# Benchmarks

`make bench` measures all of this in one run and writes this page; nothing here is typed by hand.
`.venv/bin/python Benchmarks/run.py --only uploads` measures one part and prints it; `--quick` makes fewer and smaller runs.

Runs of Tintype and of the peer alternate. A figure is the median of its runs, followed by the lowest and the highest. Ratios
are calculated for each pair of runs; the ratio in the table is their median. If other processes take more than a tenth of the
machine during a round, another round is run, up to twice the number of rounds in all, and the least disturbed rounds are kept.
Every answer is checked before its time counts. Everything runs on one machine over the loopback interface, so load generator,
server and peer share its processors.
"""


@dataclasses.dataclass(frozen=True)
class Section:
    """A measurement, its rows, how many rounds were run, and the load of other processes during those that count."""
    measurement: types.ModuleType
    rows: list[Row]
    rounds: int
    disturbances: list[float]


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def spread(value, unit=""):
    if value is None:
        return ""
    unit = unit if unit.startswith("/") or not unit else " " + unit
    text = f"{number(value.median)}{unit}"
    return text if value.low == value.high else f"{text} ({number(value.low)}–{number(value.high)})"


def target(row):
    if row.target is None:
        return ""
    unit = f" {row.unit}" if row.unit and not row.ratio else ""
    return f"{'≤' if row.target.at_most else '≥'} {row.target.bound:g}{unit}"


def verdict(row):
    return "" if row.target is None else "**missed**" if row.falls_short else "met"


def table(rows):
    lines = ["| Measured | Tintype | Peer | Ratio | Target | |", "|---|---|---|---|---|---|"]
    for row in rows:
        ours = spread(row.ours, row.unit) + row.ours_note
        peer = f"{row.peer_name}: {spread(row.peer, row.unit)}{row.peer_note}" if row.peer else ""
        lines.append(f"| {row.what} | {ours} | {peer} | {spread(row.ratio)} | {target(row)} | {verdict(row)} |")
    return "\n".join(lines)


def disturbance(section):
    if not section.rounds:
        return "Nothing is timed here, so other processes have no influence."
    return (f"{section.rounds} rounds were run and {len(section.disturbances)} were kept. In those, unrelated processes took a "
            f"median of {statistics.median(section.disturbances):.0%} and at most {max(section.disturbances):.0%} of the "
            "processors.")


def shortfalls(sections):
    """The rows that miss their targets."""
    rows = [row for section in sections for row in section.rows if row.falls_short]
    if not rows:
        return "Every target is met.\n"
    lines = [f"- {row.what}: {number(row.judged)}; the target is {target(row)}" for row in rows]
    return "These targets are missed:\n\n" + "\n".join(lines) + "\n"


def document(description, sections, has_corpus):
    parts = [HEAD, f"Measured on {datetime.date.today()}.\n"]
    parts.append("\n".join(f"- {name}: {value}" for name, value in description))
    parts.append("- Photos: " + ("real photos, made different from each other by a comment" if has_corpus else
                                 "generated, made different from each other by a comment") + "\n")
    parts.append("## Missed targets\n\n" + shortfalls(sections))
    for section in sections:
        parts.append(f"## {section.measurement.__doc__.strip().rstrip('.')}\n\n{section.measurement.HOW}\n\n"
                     f"{table(section.rows)}\n\n{disturbance(section)}\n")
    return "\n".join(parts)
