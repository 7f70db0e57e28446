"""Forms made of a few components, with the engine's own expression language."""

import json

import pytest

from engine.language import compile_expression
from forms import InvalidSubmission, read_form, validate


@pytest.fixture
def make_form():
    def make(*components, **root):
        numbered = [{"id": f"part{number}", **component} for number, component in enumerate(components)]
        text = json.dumps({"type": "default", "components": numbered, **root})
        return read_form(text, file="forms/fill_in.form", compile_expression=compile_expression)

    return make


@pytest.fixture
def messages_of():
    """Validate and return the messages; a submission that is accepted has none."""

    def messages(form, raw, context=None, **options):
        try:
            validate(form, raw, context or {}, **options)
        except InvalidSubmission as refused:
            return refused.messages
        return {}

    return messages
