"""What our migrations do in ways of their own."""

from django.db.migrations.operations.base import Operation, OperationCategory


class CreateModels(Operation):
    """Create many tables, and work out the whole registry of models once instead of once for each of them.

    A `CreateModel` works out anew every model that the new one is tied to, and here all are tied to the person.
    """

    category = OperationCategory.ADDITION

    def __init__(self, models):
        self.models = models  # CreateModel each; they may name one another in any order

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # worked out again, whole, when it is next asked for
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return f"Create {len(self.models)} models"
