"""How the shipped models and the table of confidence values are made."""
