"""Answers to invitations that people's calendar programs send by mail (iMIP): fetched, read, taken."""
