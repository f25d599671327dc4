"""The machine that runs the measurement, and whether it is idle."""
import os
import pathlib
import platform
import re
import subprocess
import tempfile
import time

from processes import TICKS, processor_seconds

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Others:
    """The share of the processors that unrelated processes take, from now on."""

    def __init__(self):
        self.begun = self._read()

    @staticmethod
    def _read():
        fields = [int(field) for field in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
        busy = sum(fields) - fields[3] - fields[4]
        return sum(fields) / TICKS, busy / TICKS - processor_seconds(os.getpid())

    def share(self):
        (total, others), (later_total, later_others) = self.begun, self._read()
        return max(0, later_others - others) / max(0.01, later_total - total)


def wait_until_idle(seconds, share=0.05):
    """Waits, for at most some seconds, until other processes are idle."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        others = Others()
        time.sleep(2)
        if others.share() <= share:
            return


def settle():
    """Writes what one run has left to write, so that it does not slow the next one down."""
    os.sync()


def durable_write_milliseconds(folder):
    """The time that the disk takes to put a small file on stable storage: the median of some."""
    times = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(50):
            started = time.monotonic()
            os.pwrite(file.fileno(), os.urandom(4096), 0)
            os.fsync(file.fileno())
            times.append(time.monotonic() - started)
    return sorted(times)[25] * 1000


def _first(pattern, text):
    found = re.search(pattern, text, re.MULTILINE)
    return found[1] if found else "unknown"


def _said(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        return ""
    return done.stdout + done.stderr


def _pinned(package):
    """A peer's Python package, and its version."""
    requirements = pathlib.Path(__file__).with_name("requirements.txt").read_text()
    return f"{package} {_first(rf'^{package}==(.+)$', requirements)}"


def description(folder):
    """Name and value, line by line."""
    cpu = pathlib.Path("/proc/cpuinfo").read_text()
    gibibytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [
        ("Processor", f"{_first(r'^model name[^:]*: (.*)', cpu)}, {os.cpu_count()} cores"),
        ("Memory", f"{gibibytes:.0f} GiB"),
        ("Disk", f"{_said('stat', '-f', '-c', '%T', str(folder)).strip()}; a durable write of 4 KiB takes "
                 f"{durable_write_milliseconds(folder):.1f} ms"),
        ("System", f"{_first(r'PRETTY_NAME=.(.*).$', pathlib.Path('/etc/os-release').read_text())}, "
                   f"Linux {platform.release()}"),
        ("Tintype", f"commit {_said('git', '-C', str(ROOT), 'rev-parse', '--short', 'HEAD').strip()}, release build"),
        ("Peers", f"nginx {_first('nginx/([0-9.]+)', _said('/usr/sbin/nginx', '-v'))}, "
                  f"libvips {_first('vips-([0-9.]+)', _said('vips', '--version'))}, "
                  f"wrk {_first('wrk ([^ ]+)', _said('wrk', '-v'))}, "
                  f"iipsrv {_first('(.+)', _said('dpkg-query', '-W', '-f', '${Version}', 'iipimage-server'))}, "
                  f"{_pinned('thumbor')}, {_pinned('Flask')}, {_pinned('gunicorn')}, {_pinned('pyvips')}"),
    ]
