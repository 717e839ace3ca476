"""Views of the ledger, which can be rebuilt at any time: property graph, RDF, embedded stores, loading into servers."""
