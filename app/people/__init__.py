"""People of the partners and of the city, and the posts they hold: personal data."""
