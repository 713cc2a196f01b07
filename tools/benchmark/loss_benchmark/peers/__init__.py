"""Those whom the losses are timed beside, each in a process of its own."""
