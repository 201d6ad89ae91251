"""The one HTTP API: each app mounts its router here."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from config.shared.api import ApiProblem, not_found, problem_response, sign_in_required
from config.shared.problems import ProblemsFound
from content.api import router as content_router
from forms_builder.api import router as forms_router

api = NinjaAPI(
    title="Dayaq",
    version="1.0.0",
    description="Forms, services, guides, places and organizations; see docs/architecture.md.",
    urls_namespace="api-v1",
    docs_url=None,
)
api.add_router("", forms_router)
api.add_router("", content_router)


@api.exception_handler(ApiProblem)
def answer_problem(request: HttpRequest, problem: ApiProblem) -> HttpResponse:
    """A problem that a router has worded."""
    return problem_response(problem)


@api.exception_handler(ProblemsFound)
def answer_problems(request: HttpRequest, found: ProblemsFound) -> HttpResponse:
    """What was sent breaks rules."""
    detail = _("What was sent breaks rules; see the problems.")
    problems = [problem.as_dict() for problem in found.problems]
    return problem_response(ApiProblem(422, "invalid", detail, problems))


@api.exception_handler(Http404)
def answer_not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    """Nothing is there, or not for this reader."""
    return problem_response(not_found())


@api.exception_handler(AuthenticationError)
def answer_sign_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """The caller did not say who they are."""
    return problem_response(sign_in_required())


@api.exception_handler(HttpError)
def answer_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that cannot be read, and the like."""
    return problem_response(ApiProblem(error.status_code, "bad_request", str(error)))


@api.exception_handler(ValidationError)
def answer_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A parameter or body of the wrong shape; each problem has its place."""
    detail = _("The request has a value of the wrong kind; see the problems.")
    problems = [_as_problem(one) for one in error.errors]
    return problem_response(ApiProblem(422, "invalid_request", detail, problems))


def _as_problem(error: Any) -> dict[str, Any]:
    """One finding of the validator: path, message and stable code."""
    path = "/".join(str(part) for part in error["loc"])
    return {"code": error["type"], "message": error["msg"], "path": path}


def unknown_address(request: HttpRequest, path: str) -> HttpResponse:
    """An address of the API that no router has."""
    return problem_response(not_found())
