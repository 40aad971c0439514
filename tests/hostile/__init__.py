"""Plugins that misbehave for real, each in one way; they run in processes of their own, where that can be survived."""
