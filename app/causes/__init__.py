"""Why partnerships stand still, as managers name it: one cause at a time, with its history."""
