"""Sessions of agents: what happened in them, what is learned from them, and how work goes on from one to the next."""
