"""How the property tests search: the same way on every run, so that a failure is a failure for everybody."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "invordering",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("invordering")
