"""What can go wrong around the engine, each with what to do about it.

RuntimeProblem
├── PortTaken       another process listens where a server of ours should
├── DataInUse       another instance of ours lives on the same data directory
├── ServerFailed    a server did not start, or stopped by itself
└── NoServer        nothing answers at the configured address
"""


class RuntimeProblem(Exception):
    """A problem that the person at the keyboard can solve; its text is meant for them."""


class PortTaken(RuntimeProblem):
    """A port that one of our servers needs cannot be opened."""


class DataInUse(RuntimeProblem):
    """Two instances on one data directory would corrupt it."""


class ServerFailed(RuntimeProblem):
    """PostgreSQL or Temporal did not start in time, or ended without being asked."""


class NoServer(RuntimeProblem):
    """The Temporal cluster of the settings does not answer, or does not let us in."""
