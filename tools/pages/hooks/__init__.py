"""What MkDocs and mkdocstrings call. In a folder of its own: MkDocs puts the folder of a hook first where modules are looked for."""
