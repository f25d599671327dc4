#!/usr/bin/env python3
"""Measures Tintype and its peers, and writes docs/benchmarks.md.

  run.py [--quick] [--only NAME]…

Only a complete run writes the document. A quick run, or one with --only, prints its tables.
"""
import argparse
import pathlib
import signal
import sys
import tempfile

import photos  # First: it adds the tests' modules to the path.
import again
import albums
import archives
import batches
import bulk
import catalogue
import changes
import client
import fidelity
import firstrender
import formats
import hostile
import logins
import machine
import memory
import page
import reading
import renditions
import report
import resumable
import search
import thumbnail
import tiles
import tls
import uploads
from rounds import Context
from tintype_server import BINARY

MEASUREMENTS = [thumbnail, uploads, resumable, batches, bulk, changes, albums, renditions, catalogue, search, memory, client, logins, archives,
                firstrender, formats, again, fidelity, reading, tiles, page, hostile, tls]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer and smaller runs, for a first impression")
    parser.add_argument("--only", action="append", choices=[one.NAME for one in MEASUREMENTS], metavar="NAME",
                        help="one of " + ", ".join(one.NAME for one in MEASUREMENTS) + "; may be repeated")
    arguments = parser.parse_args()
    if not BINARY.exists():
        sys.exit("There is no release build: run `make build` first.")
    # A SIGTERM also ends everything that was started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    chosen = [one for one in MEASUREMENTS if not arguments.only or one.NAME in arguments.only]
    sections = []
    with tempfile.TemporaryDirectory(prefix="tintype-bench-") as folder:
        description = machine.description(folder)
        for measurement in chosen:
            print(f"{measurement.NAME}: {measurement.__doc__}", flush=True)
            context = Context(pathlib.Path(folder), arguments.quick)
            sections.append(report.Section(measurement, measurement.run(context), context.run, context.disturbances))
            print(f"{report.table(sections[-1].rows)}\n\n{report.disturbance(sections[-1])}\n", flush=True)
    if arguments.quick or arguments.only:
        return
    text = report.document(description, sections, has_corpus=photos.corpus() is not None)
    (photos.ROOT / "docs").mkdir(exist_ok=True)
    (photos.ROOT / "docs/benchmarks.md").write_text(text)
    print("Written to docs/benchmarks.md.")


if __name__ == "__main__":
    main()
