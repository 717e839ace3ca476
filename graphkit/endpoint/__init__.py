"""A read-only SPARQL 1.1 endpoint with pages of the entities (`graphkit serve`)."""
