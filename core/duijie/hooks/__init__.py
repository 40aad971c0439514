"""The plugin boundary: markers, values, specifications, and the manager that keeps plugins apart."""
