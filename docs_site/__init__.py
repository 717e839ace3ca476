"""Parts of the documentation site that MkDocs does not contain (mkdocs.yml names them as hooks)."""
