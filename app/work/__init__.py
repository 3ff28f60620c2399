"""My work: what one person, or the team, should look at today."""
