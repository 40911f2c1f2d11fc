"""The site: the written tree, MkDocs and Material, and putting a built site in place."""
