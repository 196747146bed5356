# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Get User Mode Linux: Debian's package, unpacked below `.build`. Nothing is installed on the machine."""

from __future__ import annotations

import os
import pathlib
import shutil
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


def download_package(folder: str) -> None:
    """Download the package; the lists of a fresh machine are read first where they are missing."""
    command = ["apt-get", "download", "-qq", PACKAGE]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], capture_output=True, check=False)
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(
            f"Downloading the client's kernel with '{' '.join(command)}' failed: {done.stderr.strip()}. "
            "Run 'apt-get update' as root, or on a machine without apt unpack Debian's package user-mode-linux "
            "into .build/uml."
        )


def unpack(package: pathlib.Path, folder: pathlib.Path) -> None:
    """Unpack beside the folder and rename: whoever finds the folder finds all of it, and two at a time do no harm."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="uml-") as beside:
        content = pathlib.Path(beside) / "content"
        content.mkdir()
        subprocess.run(["dpkg", "-x", str(package), str(content)], check=True)
        try:
            content.rename(folder)
        except OSError:
            # Somebody else was first. A folder without a kernel is what an older, broken-off download left.
            if not kernel(folder).exists():
                shutil.rmtree(folder)
                content.rename(folder)


def fetch(folder: pathlib.Path = FOLDER) -> pathlib.Path:
    """Download and unpack the package unless it is there."""
    if not kernel(folder).exists():
        with tempfile.TemporaryDirectory() as download:
            download_package(download)
            package = next(pathlib.Path(download).glob("*.deb"))
            unpack(package, folder)
    return kernel(folder)


if __name__ == "__main__":
    print(fetch())
    sys.exit(0)
