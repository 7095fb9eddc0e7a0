"""Settings. Everything that differs between machines comes from the environment; docs/running.md lists it."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlparse

from diba.web.proxies import named

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("DIBA_HOME", BASE_DIR.parent / "var")).resolve()
HOME.mkdir(parents=True, exist_ok=True)


def _kept_secret(name):
    """Return the secret of that name, made on first use and kept in DIBA_HOME, readable by its owner only."""
    if value := os.environ.get(f"DIBA_{name.upper()}"):
        return value
    path = HOME / f"{name}.key"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()


SECRET_KEY = _kept_secret("secret")
# Encrypts identity numbers; a lost key loses them, so it is backed up apart from the database.
DATA_KEY = _kept_secret("data")
# Signs the record's chain, so that who can write the database alone cannot forge it.
RECORD_KEY = _kept_secret("record")

DEBUG = os.environ.get("DIBA_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("DIBA_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("DIBA_ORIGINS", "").split(",") if origin]
HTTPS = os.environ.get("DIBA_HTTPS") == "1"
PROXIES = named(os.environ.get("DIBA_PROXIES", ""))

INSTALLED_APPS = [
    "diba.web",
    "diba.plant",
    "diba.grid",
    "diba.gates",
    "diba.rosters",
    "diba.command",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "django_filters",
    "django_tables2",
    "django_tasks",
    "django_tasks_db",
    "simple_history",
    "treebeard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "diba.plant.middleware.Origin",
    "diba.plant.middleware.CleanText",
    "diba.plant.middleware.SealedShut",
    "diba.plant.middleware.OpenWithReason",
    "diba.plant.middleware.ButtonNotPage",
    "diba.plant.middleware.IdleLogout",
    "diba.plant.middleware.NewPassword",
    "axes.middleware.AxesMiddleware",
    "diba.web.head.HeadAsGet",
]

ROOT_URLCONF = "diba.web.urls"
WSGI_APPLICATION = "diba.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "diba.web.context.frame",
            ]
        },
    }
]


def _database(url):
    """Return Django's settings for a database URL: sqlite:///path or postgresql://user:password@host:port/name."""
    parts = urlparse(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path if parts.path.startswith("//") is False else parts.path[1:],
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                # FULL: a check-in that was answered with "saved" survives a power cut.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "diba.web.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or query.pop("port", "")),
        # Each of the server's few threads keeps its connection. Measured: the pool's hand-over between threads cost
        # 0.4 s a request under this server.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"prepare_threshold": 5},  # for statements of prepared_cursor only: the others are put together here
    }


DATABASES = {"default": _database(os.environ.get("DIBA_DATABASE", f"sqlite:///{HOME / 'diba.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "plant.Account"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "diba.plant.login.StaffNumberOrPhone"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": name if "." in name else f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in [
        ("UserAttributeSimilarityValidator", {"user_attributes": ("username",)}),
        ("diba.plant.login.LongEnough", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    ]
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "plant:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "diba.plant.login.PlantAdapter"
ACCOUNT_SESSION_REMEMBER = False
# A whole plant may sign in through one gateway at the change of the watch: wrong passwords are counted by account, by
# address only beyond what two thousand people mistype in a minute; right ones are not counted.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "300/m/ip,5/5m/key", "reset_password": "300/m/ip,5/m/key"}
ACCOUNT_FORMS = {"login": "diba.plant.forms.SignInForm"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Diba"
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_ENGINE = "diba.plant.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Who may open the health of somebody no role of his reaches (with a reason, and the health officer is told), and for how long.
OPENING_ROLES = os.environ.get("DIBA_OPENING_ROLES", "health_officer,duty_officer").split(",")
LOG_DAYS = int(os.environ.get("DIBA_LOG_DAYS", "30"))  # for which whoever runs the server keeps what it logs
OPENING_MINUTES = int(os.environ.get("DIBA_OPENING_MINUTES", "60"))
REPAIR_SECONDS = float(os.environ.get("DIBA_REPAIR_SECONDS", "2"))  # at most; a way proven best ends the search
IDLE_LOGOUT = (
    30 * 60
)  # s; a desk left alone signs itself out. GB/T 22239-2019 8.1.4.1 asks for a time-out, not its length
SESSION_COOKIE_AGE = 12 * 3600  # s; one watch of 12 h
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # h
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_VERBOSE = False

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # bytes of form fields; files are counted apart
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "language"
TIME_ZONE = os.environ.get("DIBA_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [
    ("build", BASE_DIR / "web" / "static" / "build"),
    ("manual", BASE_DIR.parent / "docs" / "pictures"),
]
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = HOME / "files"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "diba.plant.logs.Line"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
    },
}
