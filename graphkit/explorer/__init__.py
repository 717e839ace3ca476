"""The explorer: a local web server with a page for browsing and reviewing a graph."""
