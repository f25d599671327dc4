"""A Debian 12 with nothing but its base, in a folder, and processes in it. Needs root, and debootstrap once."""
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".build/packages"


def base():
    """The base system; made at the first call, and kept for later runs."""
    folder = FOLDER / "debian-12"
    subprocess.run([ROOT / "Scripts/make-bare-system", folder], check=True, timeout=900)
    return folder


class BareSystem:
    """A copy of the base system. What is mounted in it is mounted for one process and its children only."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        subprocess.run(["cp", "-a", "--reflink=auto", base(), self.folder], check=True, timeout=300)
        # What apt fetches is kept for the next run.
        self.archives = FOLDER / "apt-archives"
        self.archives.mkdir(parents=True, exist_ok=True)

    def path(self, within):
        return self.folder / str(within).lstrip("/")

    def prefix(self, *binds):
        """What runs a command in it.

        binds: folders of this machine that it sees under the same path.
        """
        mounts = [f"mount -t proc proc {self.folder}/proc", f"mount --rbind /dev {self.folder}/dev"]
        for folder in binds:
            self.path(folder).mkdir(parents=True, exist_ok=True)
            mounts.append(f"mount --bind {folder} {self.path(folder)}")
        return ["unshare", "--mount", "sh", "-e", "-c", "; ".join(mounts) + f'; exec chroot {self.folder} "$@"', "sh"]

    def run(self, *command, timeout=600, input=None):
        """Runs a command in it as root; returns what it prints."""
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            [*self.prefix(), *map(str, command)], capture_output=True, text=True, timeout=timeout, input=input,
            env=environment)
        assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def apt(self, *arguments):
        archives = self.path("/var/cache/apt/archives")
        for package in self.archives.glob("*.deb"):
            if not (archives / package.name).exists():
                shutil.copy(package, archives)
        told = self.run("apt-get", "-qq", "-y", "-o", "APT::Keep-Downloaded-Packages=true", *arguments, timeout=900)
        for package in archives.glob("*.deb"):
            if not (self.archives / package.name).exists():
                shutil.copy(package, self.archives)
        return told
