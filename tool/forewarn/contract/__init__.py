"""What every plug-in promises, as tests: `pytest --pyargs forewarn.contract -k NAME`.

They run over all sources, presets and channels that are installed, with the examples that each
ships, and over all page types, sets of rules, importers and builders, with a small knowledge base.
"""
