"""Records that may be the same under another spelling: told while a name is typed, never in its way."""
