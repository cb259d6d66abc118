"""What must outlive the hub: the journal, and the lease on it."""
