"""Runs the tests that ship with Keras against the losses of swift_losses."""
