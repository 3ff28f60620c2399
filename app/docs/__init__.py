"""The readable reference of the API, made from the same OpenAPI document that generators read."""
