"""What a form is, and how a submission is checked."""
