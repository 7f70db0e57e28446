"""A form field's new name, followed through its folder where the name means that variable, and nowhere else."""

from engine.folders.fields.following import FieldRenaming, rename_field

__all__ = ["FieldRenaming", "rename_field"]
