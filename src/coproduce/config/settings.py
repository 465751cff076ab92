"""All settings, in one file. What an installation may choose comes from ``environment``."""

import os

from coproduce.config import environment
from coproduce.config.database import database

HOME = environment.home()
SECRET_KEY = environment.secret(HOME)
DEMONSTRATION = environment.is_demonstration()
TESTING = os.environ.get("COPRODUCE_TESTING") == "1"
DEBUG = False
ALLOWED_HOSTS = environment.hosts() + (["testserver"] if TESTING else [])
WHO_OPENS = os.environ.get("COPRODUCE_WHO_OPENS", "anyone")

DATABASES = {"default": database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "coproduce.ui",
    "coproduce.history",
    "coproduce.people",
    "coproduce.spaces",
    "coproduce.work",
    "coproduce.consent",
    "coproduce.gatherings",
    "coproduce.contributions",
    "coproduce.care",
    "coproduce.themes",
    "coproduce.suggestions",
    "coproduce.walls",
    "coproduce.conversation",
    "coproduce.deliberation",
    "coproduce.ballots",
    "coproduce.priorities",
    "coproduce.valuing",
    "coproduce.decisions",
    "coproduce.outcomes",
    "coproduce.traces",
    "coproduce.messages",
    "coproduce.finding",
    "coproduce.reports",
    "coproduce.exchange",
    "coproduce.demonstration",
    "coproduce.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "coproduce.people.middleware.PersonMiddleware",
    "coproduce.ui.middleware.RefusalMiddleware",
    "coproduce.history.middleware.SentAgainMiddleware",
]

ROOT_URLCONF = "coproduce.config.urls"
WSGI_APPLICATION = "coproduce.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.app_directories.Loader"],
                )
            ],
            "builtins": ["django.templatetags.i18n", "coproduce.ui.templatetags.coproduce"],
        },
    }
]

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["coproduce.people.backends.PersonBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Signing in. django-allauth does passwords, passkeys and the second step; links and codes are in ``people``.
LOGIN_URL = "people:sign_in"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "coproduce.people.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "coproduce.people.forms.PasswordSignInForm",
    "reauthenticate": "coproduce.people.forms.StillYouPasswordForm",
}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# Wide for a network, which may be a whole clinic behind one address; narrow for one person's password or codes.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "60/m/ip,5/300s/key",
    "reauthenticate": "10/m/user",
}
# Served for real, a web server that speaks https stands in front.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("COPRODUCE_PROXIES", "0" if DEMONSTRATION or TESTING else "1"))
MFA_ADAPTER = "coproduce.people.adapter.KeyAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMONSTRATION or TESTING
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "coproduce.people.forms.SecondStepForm",
    "reauthenticate": "coproduce.people.forms.StillYouAppForm",
    "activate_totp": "coproduce.people.forms.AddAppForm",
    "add_webauthn": "coproduce.people.forms.AddPasskeyForm",
    "edit_webauthn": "coproduce.people.forms.NamePasskeyForm",
    "login_webauthn": "coproduce.people.forms.PasskeySignInForm",
    "authenticate_webauthn": "coproduce.people.forms.SecondStepPasskeyForm",
    "reauthenticate_webauthn": "coproduce.people.forms.StillYouPasskeyForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
CSRF_FAILURE_VIEW = "coproduce.people.views.form_too_old"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "people_remembered"}}

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
TIME_ZONE = os.environ.get("COPRODUCE_TIME_ZONE", "Europe/London")
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": HOME / "files",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING

SECURE = not DEMONSTRATION and not TESTING
SESSION_COOKIE_NAME = "__Host-coproduce" if SECURE else "coproduce"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_NAME = "__Host-coproduce-form" if SECURE else "coproduce-form"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "media-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

MAIL = os.environ.get("COPRODUCE_MAIL", "")
EMAIL_BACKEND = (
    "coproduce.messages.mailbox.MailboxBackend" if DEMONSTRATION else "django.core.mail.backends.smtp.EmailBackend"
)
if MAIL:
    globals().update(environment.mail(MAIL))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("COPRODUCE_MAIL_FROM", "coproduce@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

if DATABASES["default"]["ENGINE"].endswith("sqlite") and TESTING:
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / "test.sqlite3")}
