"""Everything that touches the world: disks, networks, clocks. Adapters translate, never decide."""
