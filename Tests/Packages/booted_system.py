"""Boots the systemd of a bare system, in namespaces of its own: processes, mounts, network, names, control groups.

It sees none of this machine's processes and interfaces, and can change no setting of its kernel.
"""
import contextlib
import ctypes
import os
import re
import signal
import subprocess
import time

import pytest

NETWORK = 0x40000000
# Its control group has to be made outside, and is the root of what it sees. Version 2 of control groups is mounted for that,
# whatever this machine uses.
OUTSIDE = """
mkdir -p "$WORK/groups"
mount -t cgroup2 cgroup2 "$WORK/groups"
mkdir -p "$WORK/groups/$NAME"
echo $$ >"$WORK/groups/$NAME/cgroup.procs"
umount "$WORK/groups"
exec unshare --cgroup --pid --fork --kill-child --ipc --uts --net sh -e -c "$INSIDE"
"""
INSIDE = """
mount --make-rprivate /
mount --bind "$ROOT" "$ROOT"
cd "$ROOT"
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for name in null zero full random urandom tty; do touch dev/$name; mount --bind /dev/$name dev/$name; done
mkdir dev/shm dev/pts dev/mqueue
mount -t tmpfs tmpfs dev/shm
mount -t mqueue mqueue dev/mqueue
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
pivot_root . mnt
umount -l /mnt
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --unit=multi-user.target
"""
CLEANUP = """
mount -t cgroup2 cgroup2 "$WORK/groups"
[ ! -d "$WORK/groups/$NAME" ] || find "$WORK/groups/$NAME" -depth -type d -exec rmdir {} +
"""
libc = ctypes.CDLL(None, use_errno=True)


class BootedSystem:
    """A bare system whose systemd runs."""

    def __init__(self, system, work):
        self.variables = {**os.environ, "ROOT": str(system.folder), "WORK": str(work), "NAME": f"tintype-test-{os.getpid()}", "INSIDE": INSIDE}
        self.log = work / "boot.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["unshare", "--mount", "sh", "-e", "-c", OUTSIDE], env=self.variables, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True)
        self.init = None
        deadline = time.monotonic() + 60
        while not self._is_up():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                pytest.skip(f"systemd cannot be booted here: {self.log.read_text()}")
            time.sleep(0.1)

    def _is_up(self):
        """Whether all units are started. `unshare` stays outside, and systemd is its only child."""
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        found = re.findall(r"\d+", open(children).read()) if os.path.exists(children) else []
        if not found:
            return False
        self.init = int(found[0])
        if "systemd" not in open(f"/proc/{self.init}/comm").read():
            return False
        return self.run("systemctl", "is-system-running", "--wait", check=False).strip() in ("running", "degraded")

    def run(self, *command, check=True, timeout=300):
        """Runs a command in it as root; returns what it prints."""
        done = subprocess.run(
            ["nsenter", "-t", str(self.init), "-m", "-p", "-n", "-C", "-i", "-u", "--", "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
             "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", *map(str, command)],
            capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
        assert not check or done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    @contextlib.contextmanager
    def network(self):
        """This thread opens sockets in the network of the system, which has no other connection."""
        own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        other = os.open(f"/proc/{self.init}/ns/net", os.O_RDONLY)
        try:
            assert libc.setns(other, NETWORK) == 0
            yield
        finally:
            assert libc.setns(own, NETWORK) == 0
            os.close(own)
            os.close(other)

    def stop(self):
        """Ends it at once, with all its processes."""
        if self.process.poll() is None:
            os.kill(self.init or self.process.pid, signal.SIGKILL)
            self.process.wait(30)
        deadline = time.monotonic() + 30
        while subprocess.run(["unshare", "--mount", "sh", "-c", CLEANUP], env=self.variables, capture_output=True).returncode != 0:
            assert time.monotonic() < deadline, "the control group of the system is still in use"
            time.sleep(0.1)
