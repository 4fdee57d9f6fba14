"""How much the benchmarks measure with."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Units of each level (provinces, cities, districts, streets, communities), notices, matters."""

    name: str
    tree: tuple[int, ...]
    notices: int
    matters: int


SIZES = {
    "full": Size("full", (31, 342, 2978, 41352, 620573), 200_000, 20_000),
    "small": Size("small", (2, 20, 100, 1000, 10_000), 10_000, 1_000),
}
