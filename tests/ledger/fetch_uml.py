# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Get User Mode Linux: Debian's package, unpacked below `.build`. Nothing is installed on the machine."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parents[2] / ".build" / "uml"
PACKAGE = "user-mode-linux"


def kernel(folder: pathlib.Path = FOLDER) -> pathlib.Path:
    """Return the guest's kernel."""
    return folder / "usr" / "bin" / "linux.uml"


def modules(folder: pathlib.Path = FOLDER) -> pathlib.Path:
    """Return the folder with the kernel's modules."""
    found = sorted((folder / "usr" / "lib" / "uml" / "modules").iterdir())
    return found[-1]


def fetch(folder: pathlib.Path = FOLDER) -> pathlib.Path:
    """Download and unpack the package unless it is there."""
    if not kernel(folder).exists():
        with tempfile.TemporaryDirectory() as download:
            # The sandbox user of apt can't write there, and says so in a warning that means nothing here.
            subprocess.run(["apt-get", "download", "-qq", PACKAGE], cwd=download, check=True)
            package = next(pathlib.Path(download).glob("*.deb"))
            folder.mkdir(parents=True, exist_ok=True)
            subprocess.run(["dpkg", "-x", str(package), str(folder)], check=True)
    return kernel(folder)


if __name__ == "__main__":
    print(fetch())
    sys.exit(0)
