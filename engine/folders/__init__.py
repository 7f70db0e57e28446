"""The owners' folders: what is in `bpmn/`, read strictly, checked across files, packed as one immutable version."""
