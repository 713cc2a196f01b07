"""Makes the packages in this folder importable by their tests."""
