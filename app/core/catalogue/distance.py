"""Distance on the earth's surface. Pure."""

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088
"""Mean radius (IUGG)."""


def kilometres(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Return the great-circle distance by the haversine formula, rounded to 0.1 km."""
    north, south = radians(latitude), radians(to_latitude)
    height = sin((south - north) / 2) ** 2
    width = sin(radians(to_longitude - longitude) / 2) ** 2
    return round(2 * EARTH_RADIUS_KM * asin(sqrt(height + cos(north) * cos(south) * width)), 1)
