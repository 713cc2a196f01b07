// Nothing to include: Python finds PyInit__swift_losses by its name.
