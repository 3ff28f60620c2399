"""The data to begin with: the sourced layer here, the illustrative one in seed/demo/."""
