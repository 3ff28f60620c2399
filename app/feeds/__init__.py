"""What programs follow: the feed of changes, in an order that never moves."""
