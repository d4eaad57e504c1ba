"""Reads the weather."""


def celsius(fahrenheit):
    """The same temperature in degrees Celsius."""
    return (fahrenheit - 32) * 5 / 9
