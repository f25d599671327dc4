"""Figures as text: the table, and the document around it."""
import dataclasses
import datetime
import statistics
import types

from measure import Row

HEAD = """# Benchmarks

`make bench` measures all of this in one run and writes this page; nothing here is typed by hand.
`.venv/bin/python Benchmarks/run.py --only uploads` measures one part and prints it, `--quick` takes a look.

Ours and the peer's runs take turns. A figure is the median of its runs, with the lowest and the highest behind it; a
ratio is taken pair by pair. A round during which other processes take more than a tenth of the machine is repeated, up
to as many times as there are rounds, and the least disturbed ones are kept. Every answer is checked before its time
counts. Everything runs on one machine over the loopback, so that load, server and peer share its processors.
"""


@dataclasses.dataclass(frozen=True)
class Section:
    """A measurement, its rows, how many rounds it took, and how busy others were during those that count."""
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
    return "" if row.target is None else "**falls short**" if row.falls_short else "holds"


def table(rows):
    lines = ["| Measured | Tintype | Peer | Ratio | Target | |", "|---|---|---|---|---|---|"]
    for row in rows:
        ours = spread(row.ours, row.unit) + row.ours_note
        peer = f"{row.peer_name}: {spread(row.peer, row.unit)}{row.peer_note}" if row.peer else ""
        lines.append(f"| {row.what} | {ours} | {peer} | {spread(row.ratio)} | {target(row)} | {verdict(row)} |")
    return "\n".join(lines)


def disturbance(section):
    if not section.rounds:
        return "Nothing is timed, so that nobody can disturb it."
    return (f"{section.rounds} rounds were run and {len(section.disturbances)} kept; of those, processes that have "
            f"nothing to do with it took {statistics.median(section.disturbances):.0%} of the processors at the median, "
            f"and {max(section.disturbances):.0%} at most.")


def shortfalls(sections):
    """What does not reach its target, said plainly."""
    rows = [row for section in sections for row in section.rows if row.falls_short]
    if not rows:
        return "Every target is reached.\n"
    lines = [f"- {row.what}: {number(row.judged)} where {target(row)} is wanted" for row in rows]
    return "These targets are missed:\n\n" + "\n".join(lines) + "\n"


def document(description, sections, has_corpus):
    parts = [HEAD, f"Measured on {datetime.date.today()}.\n"]
    parts.append("\n".join(f"- {name}: {value}" for name, value in description))
    parts.append("- Photos: " + ("real ones, each varied by a comment" if has_corpus else
                                 "made for the purpose, each varied by a comment") + "\n")
    parts.append("## What falls short\n\n" + shortfalls(sections))
    for section in sections:
        parts.append(f"## {section.measurement.__doc__.strip().rstrip('.')}\n\n{section.measurement.HOW}\n\n"
                     f"{table(section.rows)}\n\n{disturbance(section)}\n")
    return "\n".join(parts)
