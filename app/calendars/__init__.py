"""Calendar feeds: what a person's calendar program reads by an address that only they know."""
