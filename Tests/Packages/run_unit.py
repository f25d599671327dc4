"""Runs the command of a systemd unit in a bare system as the unit says, where no systemd runs.

    run_unit.py ROOT UNIT

It takes on the unit's user, variables, file system, capabilities and filter of system calls, and becomes the command. What
it does not understand of the unit is listed in UNTRIED; anything else that it does not know is an error.
"""
import ctypes
import os
import pathlib
import pwd
import re
import shlex
import subprocess
import sys

# What only systemd itself can do, or what has no effect on the command.
UNTRIED = {
    "Description", "Documentation", "After", "Type", "ExecReload", "Restart", "RestartSec", "RestartPreventExitStatus", "KillMode",
    "TimeoutStopSec", "WantedBy", "AmbientCapabilities", "DevicePolicy", "ProtectClock", "ProtectControlGroups",
    "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules", "ProtectKernelTunables", "LockPersonality", "RemoveIPC",
    "RestrictRealtime", "RestrictSUIDSGID", "StateDirectoryMode", "SystemCallArchitectures", "ProtectHome",
}
NAMESPACES = {"mnt": 0x20000, "cgroup": 0x2000000, "uts": 0x4000000, "ipc": 0x8000000, "user": 0x10000000, "pid": 0x20000000,
              "net": 0x40000000}
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10, "AF_NETLINK": 16}
NEW_MOUNTS, DETACH, NO_NEW_PRIVILEGES, DROP_BOUND = 0x20000, 2, 38, 24

libc = ctypes.CDLL(None, use_errno=True)
seccomp = ctypes.CDLL("libseccomp.so.2")
seccomp.seccomp_init.restype = ctypes.c_void_p
seccomp.seccomp_syscall_resolve_num_arch.restype = ctypes.c_void_p
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | 1


class Comparison(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("operation", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


def settings(unit):
    """Each name of the unit with its values, in their order."""
    values = {}
    for line in unit.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, value = line.split("=", 1)
            values.setdefault(name, []).append(value)
    return values


def variables(values, root):
    """The environment that the unit describes."""
    result = {}
    for line in values.get("Environment", []):
        result.update(word.split("=", 1) for word in shlex.split(line))
    for name in values.get("EnvironmentFile", []):
        file = root / name.lstrip("-/")
        if not file.exists() and name.startswith("-"):
            continue
        result.update(line.split("=", 1) for line in file.read_text().splitlines() if line and line[0] not in "#;")
    return result


def calls(words):
    """The numbers of system calls that a list of names and groups stands for."""
    names = set()
    for word in words:
        if word.startswith("@"):
            told = subprocess.run(["systemd-analyze", "syscall-filter", word], capture_output=True, text=True, check=True).stdout
            members = re.findall(r"^    ([@\w-]+)", told, re.M)
            assert members, f"there is no group {word}"
            names |= calls(members)
        else:
            names.add(seccomp.seccomp_syscall_resolve_name(word.encode()))
    return names


def make_filter(values):
    """The unit's filter of system calls, not yet imposed."""
    allowed = set()
    for line in values["SystemCallFilter"]:
        if line.startswith("~"):
            allowed -= calls(line[1:].split())
        else:
            allowed |= calls(line.split())
    assert values["SystemCallErrorNumber"] == ["EPERM"]
    context = ctypes.c_void_p(seccomp.seccomp_init(ALLOW))
    for number in range(512):
        if number not in allowed and seccomp.seccomp_syscall_resolve_num_arch(0, number):
            assert seccomp.seccomp_rule_add_array(context, REFUSE, number, 0, None) == 0
    for name, flag in NAMESPACES.items():
        if name not in values["RestrictNamespaces"][0].split():
            for call in ("unshare", "clone"):
                refuse(context, call, Comparison(0, 7, flag, flag))
    families = [FAMILIES[name] for name in values["RestrictAddressFamilies"][0].split()]
    for family in set(range(46)) - set(families):
        refuse(context, "socket", Comparison(0, 4, family, 0))
    return context


def refuse(context, call, comparison):
    number = seccomp.seccomp_syscall_resolve_name(call.encode())
    assert seccomp.seccomp_rule_add_array(context, REFUSE, number, 1, ctypes.byref(comparison)) == 0


def mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)


def prepare_files(values, root):
    """ProtectSystem=strict, StateDirectory, PrivateTmp, PrivateDevices and ProtectProc, for this process alone."""
    assert values["ProtectSystem"] == ["strict"] and values["PrivateTmp"] == ["yes"] and values["PrivateDevices"] == ["yes"]
    assert libc.unshare(NEW_MOUNTS) == 0
    mount("--make-rprivate", "/")
    mount("--bind", root, root)
    mount("-o", "remount,bind,ro", root)
    state = root / "var/lib" / values["StateDirectory"][0]
    mount("--bind", state, state)
    mount("-o", "remount,bind,rw", state)
    mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", root / "tmp")
    mount("-t", "proc", "-o", "hidepid=" + values["ProtectProc"][0], "proc", root / "proc")
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", root / "dev")
    for name in ("null", "zero", "full", "random", "urandom"):
        (root / "dev" / name).touch()
        mount("--bind", f"/dev/{name}", root / "dev" / name)


def enter(root):
    """Makes a mounted folder the root. After chroot the kernel would permit no user namespaces, which decoders use."""
    os.chdir(root)
    assert libc.pivot_root(b".", b".") == 0, os.strerror(ctypes.get_errno())
    assert libc.umount2(b".", DETACH) == 0
    os.chdir("/")


def become(user):
    assert libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
    capability = 0
    while libc.prctl(DROP_BOUND, capability, 0, 0, 0) == 0:
        capability += 1
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)


def main(root, unit):
    values = settings(root / unit.lstrip("/"))
    known = {"User", "Group", "Environment", "EnvironmentFile", "ExecStart", "WorkingDirectory", "StateDirectory", "UMask",
             "NoNewPrivileges", "CapabilityBoundingSet", "ProtectSystem", "PrivateTmp", "PrivateDevices", "ProtectProc",
             "RestrictAddressFamilies", "RestrictNamespaces", "SystemCallErrorNumber", "SystemCallFilter"}
    assert set(values) <= known | UNTRIED, set(values) - known - UNTRIED
    assert values["NoNewPrivileges"] == ["yes"] and values["CapabilityBoundingSet"] == [""]
    [name] = values["User"]
    [line] = [line for line in (root / "etc/passwd").read_text().splitlines() if line.startswith(name + ":")]
    user = pwd.struct_passwd([int(part) if index in (2, 3) else part for index, part in enumerate(line.split(":"))])
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "USER": name, "HOME": user.pw_dir,
                   **variables(values, root)}
    command = shlex.split(values["ExecStart"][0])
    system_calls = make_filter(values)
    prepare_files(values, root)
    os.umask(int(values["UMask"][0], 8))
    enter(root)
    os.chdir(values["WorkingDirectory"][0])
    become(user)
    assert seccomp.seccomp_load(system_calls) == 0
    os.execve(command[0], command, environment)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2])
