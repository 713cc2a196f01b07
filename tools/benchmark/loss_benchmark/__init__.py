"""Times losses beside their peers, and holds everybody's results against float64."""
