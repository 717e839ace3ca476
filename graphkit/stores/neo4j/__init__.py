"""Loading the property graph into a Neo4j database."""
