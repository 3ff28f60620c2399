"""What could be done with a partner, each with why: what others like it have, who is near, what fits."""
