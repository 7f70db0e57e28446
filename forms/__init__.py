"""What a form is, and how a submission is checked."""

from forms.checking import UploadedFile, check_files, validate
from forms.components import CompiledExpression, CompileExpression, Component, Form, Material, Option, walk
from forms.drafts import normalise
from forms.errors import FormDefinitionError, FormError, InvalidSubmission
from forms.expressions import to_exact
from forms.posting import change_rows, read_post, with_defaults
from forms.presenting import present, show_value
from forms.reading import read_form
from forms.samples import make_sample
from forms.visibility import visible

__all__ = [
    "CompileExpression",
    "CompiledExpression",
    "Component",
    "Form",
    "FormDefinitionError",
    "FormError",
    "InvalidSubmission",
    "Material",
    "Option",
    "UploadedFile",
    "change_rows",
    "check_files",
    "make_sample",
    "normalise",
    "present",
    "read_form",
    "read_post",
    "show_value",
    "to_exact",
    "validate",
    "visible",
    "walk",
    "with_defaults",
]
