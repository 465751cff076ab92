"""The WSGI entry point. It refuses to serve people from an installation that is not safe."""

import os

from django.core.exceptions import ImproperlyConfigured

from coproduce.config.environment import why_unsafe

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coproduce.config.settings")

if reasons := why_unsafe():
    raise ImproperlyConfigured("This installation is not ready to serve people.\n- " + "\n- ".join(reasons))

from django.core.wsgi import get_wsgi_application  # only after the check above

application = get_wsgi_application()
