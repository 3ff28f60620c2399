"""Files on records: received as they stream, looked into, kept by content, shown to who may see them."""
