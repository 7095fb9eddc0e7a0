"""Values that are encrypted before they reach the database."""

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _cipher(key):
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))


def keyed_hash(value):
    """Return the hex HMAC-SHA256 of a value under the data key: finds an equal value, tells nothing else."""
    return hmac.new(settings.DATA_KEY.encode(), value.encode(), hashlib.sha256).hexdigest()


class EncryptedField(models.TextField):
    """Text that is encrypted at rest (Fernet: AES-128-CBC with HMAC-SHA256). Empty stays empty."""

    def get_prep_value(self, value):
        if not value:
            return ""
        return _cipher(settings.DATA_KEY).encrypt(str(value).encode()).decode()

    def from_db_value(self, value, expression, connection):
        if not value:
            return ""
        try:
            return _cipher(settings.DATA_KEY).decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise ValueError("an encrypted value does not open with this data key") from error
