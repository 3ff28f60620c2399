"""The department's deadlines: dated rules, days off, and the steps that were begun under them."""
