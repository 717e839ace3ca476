"""Review of a graph: undecided statements, decisions, decision files and scores against decisions."""

from graphkit.decisions.model import Decision, Verdict

__all__ = ["Decision", "Verdict"]
