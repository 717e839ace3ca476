"""Loading the RDF into a SPARQL 1.1 server."""
