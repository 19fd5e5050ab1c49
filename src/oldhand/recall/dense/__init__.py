"""Dense recall, optional: texts and cues as vectors of a model that runs on this machine or behind an endpoint."""
