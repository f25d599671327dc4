"""Processor time and memory of processes, as the kernel counts them."""
import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


def _fields(pid):
    """The fields of /proc/PID/stat behind the name, which may hold spaces."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def children(pid):
    """All descendants."""
    parents = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents.setdefault(int(_fields(entry.name)[1]), []).append(int(entry.name))
            except OSError:
                continue  # It has ended meanwhile.
    found, waiting = [], [pid]
    while waiting:
        below = parents.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def processor_seconds(pid):
    """User and system time of a process, of its descendants, and of those that have ended and been waited for."""
    total = 0
    for one in [pid, *children(pid)]:
        try:
            fields = _fields(one)
        except OSError:
            continue
        total += sum(int(field) for field in fields[11:15])
    return total / TICKS


def memory(pid, field="VmHWM"):
    """Bytes of memory: VmHWM is the most that was ever resident, RssAnon what is no file's."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    raise KeyError(field)


def run_measured(command, **keywords):
    """Runs a command; answers its seconds, and the processor seconds of it and all it has waited for."""
    started = time.monotonic()
    process = subprocess.Popen(command, **keywords)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} ends with {process.returncode}")
    return time.monotonic() - started, usage.ru_utime + usage.ru_stime


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def started(command, port, log, environment=None):
    """A server, from when it listens until it has ended, with all the processes of its own."""
    with open(log, "ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True,
                                   env={**os.environ, **(environment or {})})
    try:
        deadline = time.monotonic() + 30
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{command[0]} does not start:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        yield process
    finally:
        # Some leave their workers behind when only they themselves are told.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def _listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
