# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The execution environment is one that the real ansible-builder accepts; there is no container engine here to build the image with."""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess

import yaml
from awx.setup_run import AWX_BIN, ROOT, load_tools
from running_pair import COLLECTIONS, install_collection


def builder(*arguments: str, folder: pathlib.Path = ROOT) -> str:
    """Run ansible-builder, and return what it says."""
    load_tools()
    command = [str(AWX_BIN / "ansible-builder"), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def lines(path: pathlib.Path) -> list[str]:
    """Return the lines of a list of packages, without comments."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def test_the_image_gets_the_collection_of_this_version(tmp_path: pathlib.Path) -> None:
    install_collection()
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    name = f"seamless-smb_failover-{version}.tar.gz"
    (built,) = (ROOT / ".build").rglob(name)
    shutil.copy(built, tmp_path / name)
    shutil.copy(ROOT / "execution-environment.yml", tmp_path)
    builder("create", "--context", str(tmp_path / "context"), "--output-filename", "Containerfile", folder=tmp_path)
    inside = tmp_path / "context" / "_build"
    (wanted,) = yaml.safe_load((inside / "requirements.yml").read_text(encoding="utf-8"))["collections"]
    assert wanted["type"] == "file"
    # ansible-galaxy runs in the image where this folder lies.
    assert (inside / wanted["name"]).read_bytes() == built.read_bytes()
    assert lines(inside / "requirements.txt") == ["smbprotocol>=1.13"]
    assert "ansible-galaxy collection install" in (tmp_path / "context" / "Containerfile").read_text(encoding="utf-8")


def test_what_the_collection_needs_is_found_in_it() -> None:
    install_collection()
    found = yaml.safe_load(builder("introspect", str(COLLECTIONS)))
    python = {line.split("#")[0].strip() for line in found["python"]}
    assert python == {line.replace(" ", "") for line in lines(ROOT / "requirements.txt")}
    # The rest of bindep.txt is for the tests, which no image runs.
    assert all(re.search(r"\b(test|events|browser)\]", line) for line in found["system"])
