"""Everything that is derived from the ledger and can be rebuilt: the property graph, RDF and the databases they are loaded into."""
