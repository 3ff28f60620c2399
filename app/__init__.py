"""CityTies: the register of a city's international ties."""
