from config.environment import read
from config.settings.base import *  # noqa: F403
from config.settings.base import broker, databases

ENV = read(
    defaults={
        "SECRET_KEY": "development-only-" + "x" * 40,
        "FIELD_KEY": "development-only-field-key",
        "BASE_URL": "http://127.0.0.1:8000",
        "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]",
    }
)
DEBUG = True
SECRET_KEY = ENV.secret_key
FIELD_KEY = ENV.field_key
ALLOWED_HOSTS = ENV.allowed_hosts
ENV.data_dir.mkdir(parents=True, exist_ok=True)
DATABASES = databases(ENV)
MEDIA_ROOT = ENV.data_dir / "media"
globals().update(broker(ENV))
