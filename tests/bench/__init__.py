"""Measurements. `make bench` runs every `measure_….py` here and prints one table."""
