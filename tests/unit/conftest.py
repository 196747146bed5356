# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make this checkout importable as the collection that it is, wherever it was cloned to."""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMPORT_ROOT = ROOT / ".build/import"


def link_collection() -> None:
    """Link ``ansible_collections/seamless/smb_failover`` to this checkout; another run may do the same at this time."""
    link = IMPORT_ROOT / "ansible_collections/seamless/smb_failover"
    link.parent.mkdir(parents=True, exist_ok=True)
    try:
        link.symlink_to(ROOT)
    except FileExistsError:
        if link.resolve() != ROOT:
            raise
    if str(IMPORT_ROOT) not in sys.path:
        sys.path.append(str(IMPORT_ROOT))


link_collection()

import pytest  # noqa: E402
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import OnefsError  # noqa: E402
from error_catalogue.recording import recording, write_catalogue  # noqa: E402
from unit.plugins.module_utils._failover.chromium import Chromium, find_chromium  # noqa: E402

# Of the loopback pair and of the small servers of the tests.
SECRETS = ("Test-1", "s3cret")
RECORD = "--record-errors"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the option that writes the catalogue of errors anew."""
    parser.addoption(
        RECORD, action="store_true", help="add what these tests provoke to tests/error_catalogue/provoked.json"
    )


@pytest.fixture(autouse=True)
def errors_are_well_made(request: pytest.FixtureRequest) -> Iterator[None]:
    """Look at every error that a test provokes, and see that it provokes those that the catalogue names it for."""
    test = request.node.nodeid.partition("[")[0]
    with recording(OnefsError) as made:
        yield
    if made and request.config.getoption(RECORD):
        write_catalogue({one.site.key: test for one in made})
    trouble = [line for one in made for line in one.trouble(SECRETS)]
    assert not trouble, "\n".join(trouble)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A real browser, for the pages that people see."""
    program = find_chromium()
    if program is None:
        pytest.skip("no Chromium on this machine; apt install chromium (bindep.txt, profile browser)")
    opened = Chromium(program, tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()
