"""What every plug-in promises, as tests: `pytest --pyargs forewarn.contract -k NAME`.

They run over all sources and channels that are installed, with the examples that each ships, and
over all page types and sets of rules, with a small knowledge base.
"""
