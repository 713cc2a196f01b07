// Nothing imports this module: the target tells the extension module where Python.h is.
