"""How fast the portal is, as ratios against a bare program and a file of the same size (benchmarks/README.md)."""
