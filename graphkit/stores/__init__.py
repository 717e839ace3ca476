"""Views of the ledger, which can be rebuilt at any time: property graph, RDF, embedded stores and loading into servers."""
