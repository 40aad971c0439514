"""The plugin test kit: a pytest plugin whose fixture `duijie` is an office with only your plugin in it.

Importing it costs nothing: whatever needs the application is imported when a test asks for the fixture.
"""
