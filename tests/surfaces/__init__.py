"""The surfaces as others meet them: real processes over real pipes and sockets."""
