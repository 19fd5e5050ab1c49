"""The nouns of Oldhand: canonical bytes, addresses, clocks, events, kinds. Imports nothing else of ours."""
