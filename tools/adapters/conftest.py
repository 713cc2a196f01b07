"""Makes the modules in this folder importable by their tests."""
