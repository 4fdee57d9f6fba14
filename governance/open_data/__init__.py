"""Everything public as data: what there is (`datasets`), and how it is described (`schema`)."""
