# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module does the same inside the controller process and where it is sent over SSH."""

from __future__ import annotations

import json
import sys

import pytest
from running_pair import RunningPair

PLAYBOOK = """\
- hosts: {host}
  gather_facts: false
  connection: {connection}
  vars:
    boston: "{{{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}}}"
    newyork: "{{{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}}}"
    pairs: [{{source: groupnet0.subnet1.finance, target: groupnet0.subnet1.finance}}]
  tasks:
    - seamless.smb_failover.smb_session_check:
        connection: "{{{{ boston }}}}"
        pools: [groupnet0.subnet1.finance]
      register: sessions
    - seamless.smb_failover.pool_interface_move:
        source: "{{{{ boston }}}}"
        target: "{{{{ newyork }}}}"
        pairs: "{{{{ pairs }}}}"
        serving: target
      check_mode: true
      register: predicted
    - seamless.smb_failover.pool_interface_move:
        source: "{{{{ boston }}}}"
        target: "{{{{ newyork }}}}"
        pairs: "{{{{ pairs }}}}"
        serving: target
      register: there
    - seamless.smb_failover.pool_interface_move:
        source: "{{{{ boston }}}}"
        target: "{{{{ newyork }}}}"
        pairs: "{{{{ pairs }}}}"
        serving: target
      register: again
    - seamless.smb_failover.pool_interface_move:
        source: "{{{{ boston }}}}"
        target: "{{{{ newyork }}}}"
        pairs: "{{{{ pairs }}}}"
        serving: source
      register: back
    - ansible.builtin.copy:
        content: "{{{{ {{'drained': sessions.drained, 'nodes': sessions.nodes, 'predicted': predicted.diff, 'there': there.diff,
          'again': again.changed, 'back': back.changed}} | to_json }}}}"
        dest: {result}
        mode: "0644"
      delegate_to: localhost
      connection: local
"""


@pytest.fixture(scope="module")
def pair():
    with RunningPair("doors", "--prerequisites") as running:
        yield running


@pytest.mark.parametrize("door", ["in process", "over SSH"])
def test_both_doors(pair, tmp_path, door):
    node = pair.status["clusters"]["newyork"]["root_ssh"]
    over_ssh = door == "over SSH"
    inventory = tmp_path / "jump.ini"
    inventory.write_text(
        f"jump ansible_host={node['host']} ansible_user={node['user']} ansible_ssh_private_key_file={node['key_file']} "
        f"ansible_ssh_common_args='-o UserKnownHostsFile={node['known_hosts_file']}' "
        f"ansible_python_interpreter={sys.executable}\n",
        encoding="utf-8",
    )
    playbook = tmp_path / "doors.yml"
    playbook.write_text(
        PLAYBOOK.format(
            host="jump" if over_ssh else "localhost",
            connection="ssh" if over_ssh else "local",
            result=tmp_path / "result.json",
        ),
        encoding="utf-8",
    )
    before = pair.configuration()
    run = pair.play(str(playbook), "-i", str(inventory))
    assert run.returncode == 0, run.stdout
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert result["nodes"] == [1, 2]
    assert result["drained"] is True
    assert result["predicted"] == result["there"]
    assert (result["again"], result["back"]) == (False, True)
    assert pair.configuration() == before
