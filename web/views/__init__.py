"""Every page: one module per noun, each with its `blueprint`, all registered here and nowhere else."""

from __future__ import annotations

from flask import Flask

from web.views import (
    batches,
    cases,
    demonstration,
    documents,
    findings,
    hall,
    health,
    inbox,
    maintenance,
    materials,
    migrations,
    monitor,
    notices,
    outbox,
    publications,
    receipts,
    rounds,
    sign_in,
    studio,
    studio_checks,
    studio_compare,
    studio_diagram,
    studio_files,
    studio_forms,
    studio_publishing,
    studio_receiving,
    studio_simulation,
    studio_tables,
    studio_texts,
    studio_windows,
    tasks,
    titles,
)

MODULES = (
    sign_in,
    inbox,
    batches,
    tasks,
    materials,
    receipts,
    hall,
    cases,
    maintenance,
    rounds,
    titles,
    findings,
    monitor,
    migrations,
    studio,
    studio_checks,
    studio_compare,
    studio_diagram,
    studio_files,
    studio_publishing,
    studio_receiving,
    studio_forms,
    studio_simulation,
    studio_tables,
    studio_texts,
    studio_windows,
    notices,
    documents,
    publications,
    outbox,
    demonstration,
    health,
)


def register_blueprints(app: Flask) -> None:
    """Give the application every page."""
    for module in MODULES:
        app.register_blueprint(module.blueprint)
