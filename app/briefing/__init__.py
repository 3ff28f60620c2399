"""The briefing on a partner for a leader's meeting: a page of lines with source and age."""
