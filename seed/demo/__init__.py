"""The illustrative layer: invented, marked on every record, and taken out again without a trace."""
