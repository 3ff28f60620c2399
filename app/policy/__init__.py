"""The department's patience: the months by which standings are judged, who set them when, and why."""
