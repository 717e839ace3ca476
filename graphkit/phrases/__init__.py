"""Policy phrases over a whole graph: found, counted and followed through time and place."""
