"""The department's reporting year: when it begins, how often it reports, which period a day lies in."""
