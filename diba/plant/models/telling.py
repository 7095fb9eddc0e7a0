"""Telling people and asking them: the inbox and the task list that every desk goes through."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """Something told to people. `words` is an English source sentence with {names}; it is shown in the reader's language."""

    words = models.CharField(_("words"), max_length=300)
    values = models.JSONField(default=dict, blank=True)
    link = models.CharField(max_length=200, blank=True)
    urgent = models.BooleanField(_("urgent"), default=False)
    receipt_wanted = models.BooleanField(_("receipt wanted"), default=False)
    sender = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(_("sent at"))

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return self.words


class Delivery(models.Model):
    """One message to one person: read and receipted are two things."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="deliveries")
    person = models.ForeignKey("plant.Person", models.PROTECT, related_name="deliveries")
    read_at = models.DateTimeField(_("read at"), null=True)
    receipted_at = models.DateTimeField(_("receipted at"), null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["message", "person"], name="delivery_once")]
        indexes = [models.Index(fields=["person", "read_at"])]

    def __str__(self):
        return f"{self.message_id} → {self.person_id}"


class Task(models.Model):
    """Something asked of a person, or of whoever holds a role (within a unit when one is named, or where the person is)."""

    words = models.CharField(_("words"), max_length=300)
    values = models.JSONField(default=dict, blank=True)
    link = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey("plant.Person", models.PROTECT, related_name="tasks", null=True, blank=True)
    role = models.CharField(_("role"), max_length=16, blank=True)
    unit = models.ForeignKey("plant.Unit", models.PROTECT, related_name="+", null=True, blank=True)
    about = models.ForeignKey("plant.Person", models.PROTECT, related_name="+", null=True, blank=True)
    urgent = models.BooleanField(_("urgent"), default=False)
    # What it is about, such as "breach:operator": the same question is asked once while it is open.
    key = models.CharField(max_length=100, blank=True)
    due_at = models.DateTimeField(_("due at"), null=True)
    opened_at = models.DateTimeField(_("opened at"))
    opened_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    closed_by = models.ForeignKey("plant.Account", models.PROTECT, related_name="+", null=True)
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)

    class Meta:
        ordering = ["closed_at", "due_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(closed_at=None) & ~Q(key=""), name="task_open_once_a_key"
            )
        ]
        indexes = [models.Index(fields=["owner", "closed_at"]), models.Index(fields=["role", "closed_at"])]

    def __str__(self):
        return self.words
