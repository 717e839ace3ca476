"""The explorer: a page in the browser on a graph, served on this machine only."""
