"""The presets that come with forewarn: data, each with an answer as such a place gives it."""
