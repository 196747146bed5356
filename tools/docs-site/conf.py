# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Sphinx builds the documentation site; tools/build-docs calls it with the folder where this file lies as -c."""

from __future__ import annotations

import pathlib
import zlib

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent.parent / ".build/docs"


def ansible_inventory() -> str:
    """Write the labels of ansible-labels.txt as an inventory that intersphinx reads, and return its path."""
    lines = []
    for line in (HERE / "ansible-labels.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            label, address, title = line.split(maxsplit=2)
            lines.append(f"{label} std:label -1 {address} {title}\n")
    head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version: latest\n# The rest is compressed with zlib.\n"
    inventory = BUILD / "ansible.inv"
    inventory.write_bytes(head.encode() + zlib.compress("".join(lines).encode()))
    return str(inventory)


project = "seamless.smb_failover"
author = "seamless.smb_failover contributors"
project_copyright = "2026, seamless.smb_failover contributors"
html_title = "SMB failover"

extensions = ["myst_parser", "sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
intersphinx_mapping = {"ansible": ("https://docs.ansible.com/projects/ansible/latest/", ansible_inventory())}
nitpicky = True
default_role = "any"
smartquotes = False

# A fenced or indented block without a language is what somebody typed or what a program printed.
highlight_language = "text"
pygments_style = "ansible"
# The links of the pages are those that work in the repository too: file.md#heading.
myst_heading_anchors = 4

html_theme = "furo"
html_theme_options = {"top_of_page_buttons": []}
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_show_sphinx = False
html_copy_source = False
html_use_index = False
