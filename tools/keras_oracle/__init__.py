"""Keras's losses in plain NumPy, every disputed decision a named choice: writes the golden fixtures."""

__version__ = "1.0.0"
