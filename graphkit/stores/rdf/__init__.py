"""The graph as RDF, and the embedded SPARQL store."""
