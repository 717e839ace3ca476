"""What people decide about statements and names: it stays when reports are read again, by whatever extractor."""

from graphkit.decisions.model import Decision, Verdict

__all__ = ["Decision", "Verdict"]
