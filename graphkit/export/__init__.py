"""Export formats: RDF files, graph files, tables and files for the bulk importer of Neo4j."""
