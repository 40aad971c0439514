"""The pages. One folder per audience; each view checks, parses, calls one service, and shows the result."""
