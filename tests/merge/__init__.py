"""Merging: any replicas, any order of delivery, one outcome."""
