"""The record: who did what and who read what sensitive thing. Append-only, chained, without personal values."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Record(models.Model):
    """One thing that was done or read. Ids and digests only, so that it may outlive what it speaks of."""

    at = models.DateTimeField(_("at"), db_index=True)
    account_id = models.BigIntegerField(_("account"), null=True, db_index=True)
    roles = models.CharField(_("roles"), max_length=160, blank=True)
    verb = models.CharField(_("what"), max_length=40, db_index=True)  # "person.read", "checkin.saved"
    object_type = models.CharField(_("kind of object"), max_length=40, blank=True)
    object_id = models.CharField(_("object"), max_length=64, blank=True)
    detail = models.CharField(_("detail"), max_length=300, blank=True)  # counts, field names, digests
    address = models.CharField(_("from where"), max_length=45, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["object_type", "object_id"])]

    def __str__(self):
        return f"{self.verb} {self.object_type} {self.object_id}"


class Seal(models.Model):
    """One link of the chain over the record.

    Sealed apart from the act and in batches: a chain written inside each act would make every check-in wait for every
    other one's disk flush.
    """

    sequence = models.BigIntegerField(primary_key=True)
    record_id = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)  # of the record's row as it was when sealed
    link = models.CharField(max_length=64)  # HMAC over the link before and this digest
    at = models.DateTimeField()

    class Meta:
        ordering = ["sequence"]

    def __str__(self):
        return str(self.sequence)


class Head(models.Model):
    """The end of the chain, signed: one row."""

    sequence = models.BigIntegerField()
    mark = models.CharField(max_length=64)

    def __str__(self):
        return str(self.sequence)
