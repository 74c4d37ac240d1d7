"""Articles and suggestions for connected systems: what may be told to customers, and how sure that is."""
