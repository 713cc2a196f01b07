"""Keras's losses in plain NumPy, every disputed decision a choice: writes golden fixtures."""

__version__ = "1.0.0"
