"""Turning what an action refuses into an error beside its field."""

from .. import actions


def put_on(form, error, request):
    """Add the sentences of a BadInput to a form, beside the field it names."""
    field = error.field if error.field in form.fields else None
    for words in actions.refusal_words(error, request.user.person_id):
        form.add_error(field, words)
