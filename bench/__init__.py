"""Paired benchmarks of netmod against what users would pick today: `python -m bench`."""
