"""Files that graphkit writes: output files and folders, partial files, SQLite working files."""
