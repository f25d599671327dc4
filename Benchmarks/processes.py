"""Processor time and memory of processes, as the kernel counts them."""
import os
import pathlib
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
    import socket
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
