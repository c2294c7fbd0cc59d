"""JSON objects, and errors in Stripe's form. https://docs.stripe.com/api/errors"""

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """A response other than 200. `saved`: whether a repetition with the same key gets it again. This is true for
    each error after the work began. https://docs.stripe.com/api/idempotent_requests"""

    def __init__(
        self,
        status: int,
        message: str,
        code: str | None = None,
        *,
        kind: str = "invalid_request_error",
        param: str | None = None,
        saved: bool = True,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.saved = saved
        self.error: Json = {"type": kind, "message": message, **more}
        if code:
            self.error["code"] = code
        if param:
            self.error["param"] = param

    @property
    def body(self) -> Json:
        return {"error": self.error}


def invalid(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """Return the error of a request that is refused before any work began."""
    return ApiError(400, message, code, param=param, saved=False)


def missing(kind: str, object_id: str) -> ApiError:
    return ApiError(404, f"No such {kind}: '{object_id}'", "resource_missing", param="id")


def list_object(things: list[Json], url: str, has_more: bool = False) -> Json:
    return {"object": "list", "data": things, "has_more": has_more, "url": url}
