"""The schema: forward-only SQL files, applied once each and in order."""
