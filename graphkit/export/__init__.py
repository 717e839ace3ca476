"""Export formats: RDF files, graph files, tables and files for the Neo4j importer."""
