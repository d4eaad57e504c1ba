import requests

from weather import celsius


def test_celsius():
    assert celsius(32) == 0


def test_session_keeps_its_headers():
    session = requests.Session()
    session.headers["Accept"] = "application/json"
    assert session.headers["Accept"] == "application/json"
