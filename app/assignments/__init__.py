"""Many partners at once: officer, tier, cause, a confirmed file, a step, a pause; and all taken back."""
