"""The stored standing of every partner: dossiers loaded, rows kept exact, lists read from them.

The rule itself is app/standing/ (pure); this room connects it with the database.
"""
