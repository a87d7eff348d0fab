"""The documentation, generated from the document: pages, editions of the document, code samples."""
