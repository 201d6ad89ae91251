"""The one HTTP API: each app mounts its router here."""

from ninja import NinjaAPI

from content.api import router as content_router
from forms_builder.api import router as forms_router

api = NinjaAPI(title="Dayaq", version="1.0.0", urls_namespace="api-v1")
api.add_router("", forms_router)
api.add_router("", content_router)
