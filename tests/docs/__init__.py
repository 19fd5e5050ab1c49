"""The documentation, held to the code: vectors, reference pages, help, links, examples."""
