"""Certificates for tests, made by the command of OpenSSL."""
import pathlib
import subprocess


def _openssl(*arguments, cwd):
    subprocess.run(["openssl", *map(str, arguments)], cwd=cwd, check=True, capture_output=True)


class Authority:
    """An issuer of certificates for localhost and 127.0.0.1."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.file = self.folder / "ca.pem"
        self.count = 0
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", 2,
                 "-subj", "/CN=Authority of a test", "-keyout", "ca.key", "-out", "ca.pem", cwd=self.folder)

    def issue(self, days=90, kind=("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")):
        """The paths of a new certificate and its key."""
        self.count += 1
        name = f"server{self.count}"
        (self.folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        _openssl("req", *kind, "-nodes", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr",
                 cwd=self.folder)
        _openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                 "-days", days, "-extfile", "names", "-out", f"{name}.pem", cwd=self.folder)
        return self.folder / f"{name}.pem", self.folder / f"{name}.key"
