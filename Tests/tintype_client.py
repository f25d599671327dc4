"""Runs the client's commands, with a separate home folder."""
import json
import os
import pathlib
import resource
import subprocess

from tintype_server import BINARY


class Result:
    """The result of a run of the client."""

    def __init__(self, status, output, errors):
        self.status, self.output, self.errors = status, output, errors

    @property
    def lines(self):
        """The JSON objects of a run with --json."""
        return [json.loads(line) for line in self.output.decode("utf-8").splitlines()]

    @property
    def files(self):
        return [line for line in self.lines if line["event"] == "file"]

    @property
    def summary(self):
        assert self.lines and self.lines[-1]["event"] == "summary", (self.output, self.errors)
        return self.lines[-1]

    @property
    def text(self):
        return self.output.decode(errors="replace") + self.errors.decode(errors="replace")

    def counts(self):
        """The counts of the summary that are not zero."""
        names = ("sent", "fetched", "duplicates", "there", "kept", "deleted", "missing", "skipped", "refused", "unreadable",
                 "left")
        return {name: self.summary[name] for name in names if self.summary[name]}


class Client:
    """The client's commands against one server."""

    def __init__(self, home, url):
        self.home, self.url = pathlib.Path(home), url
        self.home.mkdir(parents=True, exist_ok=True)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("TINTYPE_", "XDG_"))},
            "HOME": str(self.home), "TINTYPE_SERVER": url}

    def start(self, *arguments, environment=None, prefix=(), file_limit=None, cwd=None, **keywords):
        def limit():
            if file_limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))

        keywords = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **keywords}
        return subprocess.Popen(
            [*prefix, str(BINARY), *map(os.fsencode, map(os.fspath, map(_argument, arguments)))],
            env={**self.environment, **(environment or {})}, cwd=cwd, preexec_fn=limit, **keywords)

    def run(self, *arguments, input=None, timeout=60, **keywords):
        if input is not None:
            keywords["stdin"] = subprocess.PIPE
        process = self.start(*arguments, **keywords)
        try:
            output, errors = process.communicate(input=input, timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        return Result(process.returncode, output, errors)

    def json(self, *arguments, **keywords):
        return self.run(*arguments, "--json", **keywords)

    @property
    def journal(self):
        """The one journal in the user's state folder."""
        [path] = (self.home / ".local/state/tintype").glob("*.journal")
        return path


def _argument(value):
    return value if isinstance(value, (str, bytes, os.PathLike)) else str(value)


def age(path, seconds=60):
    """Makes files old enough for their modification times to be trusted."""
    path = os.fsencode(path)
    for folder, _, names in [*os.walk(path), (os.path.dirname(path), [], [os.path.basename(path)])]:
        for name in names:
            place = os.path.join(folder, name)
            if os.path.isfile(place) and not os.path.islink(place):
                status = os.stat(place)
                os.utime(place, (status.st_atime, status.st_mtime - seconds))
