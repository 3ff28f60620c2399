"""Notes to colleagues on a partner, with mentions. A confidential one is for its author and managers only."""
