"""The WSGI entry point that gunicorn loads."""

import os

from django.core.wsgi import get_wsgi_application

# No page waits for ever: what takes longer ends, answers 503 and leaves nothing half done.
# Commands (migrate, imports) begin elsewhere and take their time.
PATIENCE = {
    "PGCONNECT_TIMEOUT": "5",
    "PGOPTIONS": "-c statement_timeout=30s -c lock_timeout=10s"
    " -c idle_in_transaction_session_timeout=120s",
}

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
for name, value in PATIENCE.items():
    os.environ.setdefault(name, value)
application = get_wsgi_application()
