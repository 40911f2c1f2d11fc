"""forewarn: a release-aware knowledge base and support alert system."""

__version__ = "0.1.0"
