"""Decisions of reviewers on statements and names: data model, validation and application to statements."""
