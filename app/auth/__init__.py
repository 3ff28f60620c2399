"""Who may: passwords, sessions, API keys."""
