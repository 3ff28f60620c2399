"""Keys of other programs: made, changed, replaced and ended by administrators."""
