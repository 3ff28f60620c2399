"""Units of the city, missions, donors, ministries, companies."""
