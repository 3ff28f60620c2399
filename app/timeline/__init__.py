"""One thread of everything dated that is on file about a partner."""
