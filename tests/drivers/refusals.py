"""The form of a refusal on every channel."""

from typing import Any

from werkzeug.test import TestResponse


def refusal(answer: TestResponse) -> tuple[int, str]:
    """Return status and code of a refusal in the one error body; anything else fails."""
    body: dict[str, Any] = answer.get_json()
    assert set(body) == {"code", "status", "message", "errors"}, body
    assert body["status"] == answer.status_code
    assert isinstance(body["errors"], dict)
    assert not body["message"][0].islower()
    assert body["message"].rstrip()[-1] in ".…"
    return answer.status_code, body["code"]


def wrong_fields(answer: TestResponse) -> set[str]:
    """Return the fields that a 422 names."""
    assert refusal(answer) == (422, "invalid")
    return set(answer.get_json()["errors"])
