"""Pages, panels and menu entries that plugins bring."""
