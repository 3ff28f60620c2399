"""How the program itself is doing: the periodic work, the outbox, the machine."""
