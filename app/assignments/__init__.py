"""Many partners at once: officer, tier, cause, a confirmed file, a request to park; and all taken back."""
