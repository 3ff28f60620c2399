"""The playbook: which step answers which reason, edited by managers."""
