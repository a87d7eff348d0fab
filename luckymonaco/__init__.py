"""The command line of the kit. It may import the document, the mock and the suite; none of them imports it."""
