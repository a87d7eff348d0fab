"""How fast things are beside what a user would pick instead: the mock (`bench`), the suite, the page (`bench.docs`)."""
