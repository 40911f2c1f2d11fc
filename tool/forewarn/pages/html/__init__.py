"""HTML and Markdown: how facts and people's texts are written down, the same on every page."""
