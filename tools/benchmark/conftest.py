"""Makes the package in this folder importable by its tests."""
