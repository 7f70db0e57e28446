"""The workers: procrastinate running our jobs in threads, next to a web server or in a process of their own.

Every job is idempotent by its row, so a job that was broken off is simply run again. One that fails is tried again five
times, later each time; a broken step of a case does not even get here, because the service keeps it as an incident.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack, suppress
from datetime import timedelta
from threading import Event

from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from engine.jobs import (
    CLOSE_CASE,
    DELIVER_NOTICE,
    FIRE_TIMER,
    MIGRATE_CASES,
    QUEUE,
    REHEARSE,
    RENDER_DOCUMENT,
    SEND_PACKAGE,
    TAKE_CYCLE_STEP,
    let_same_wait,
)
from engine.rehearsal import carry_out, sweep_stages
from engine.services.attachments import KEPT_FOR
from engine.services.closings import close_case
from engine.services.cycles import take_step
from engine.services.documents import render_document
from engine.services.migration_orders import carry_on
from engine.services.notices import deliver_notice
from engine.services.outbox import send_package
from engine.services.timers import fire_timer
from engine.system import System

logger = logging.getLogger(__name__)

#: After 3, 9, 27, 81 and 243 seconds.
RETRY = RetryStrategy(max_attempts=5, exponential_wait=3)
#: A worker that did not report for this long is gone, and so is what it was doing.
SILENCE_SECONDS = 30
#: How soon a worker that lost the database tries again.
PAUSE_SECONDS = 2
#: How long jobs may take to finish when the process is asked to stop.
GRACE_SECONDS = 20
#: A blob younger than this may belong to an upload whose row is about to be written.
ORPHAN_AGE = timedelta(hours=24)
FAILED_JOBS_KEPT_HOURS = 24 * 30
#: What each task does with its subject.
WORK: Mapping[str, Callable[[System, int], object]] = {
    FIRE_TIMER: fire_timer,
    CLOSE_CASE: close_case,
    TAKE_CYCLE_STEP: take_step,
    DELIVER_NOTICE: deliver_notice,
    MIGRATE_CASES: carry_on,
    REHEARSE: carry_out,
    RENDER_DOCUMENT: render_document,
    SEND_PACKAGE: send_package,
}


def run_worker(system: System, stop: Event) -> None:
    """Run jobs until `stop` is set; survives the database going away and coming back."""
    asyncio.run(_run_until(system, stop))


async def _run_until(system: System, stop: Event) -> None:
    stopping = asyncio.create_task(asyncio.to_thread(stop.wait))
    while not stop.is_set():
        try:
            async with make_app(system).open_async() as app:
                await _work_until(app, stopping, system.settings.worker_threads)
        except ConnectorException as error:
            logger.warning("the worker lost the database: %s", error, extra={"action": "worker_interrupted"})
        await asyncio.wait({stopping}, timeout=PAUSE_SECONDS)
    await stopping


async def _work_until(app: App, stopping: asyncio.Task[bool], threads: int) -> None:
    """Run jobs until asked to stop, or until the worker gives up because it lost the database."""
    working = asyncio.create_task(
        app.run_worker_async(
            queues=[QUEUE],
            concurrency=threads,
            delete_jobs="successful",
            install_signal_handlers=False,
            shutdown_graceful_timeout=GRACE_SECONDS,
            stalled_worker_timeout=SILENCE_SECONDS,
        )
    )
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    # For procrastinate, being cancelled means: take no further job, and finish those at hand.
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


def make_app(system: System) -> App:
    """Return procrastinate's application with our tasks, not yet connected."""
    app = App(
        connector=PsycopgConnector(
            conninfo=system.database.conninfo,
            min_size=1,
            max_size=system.settings.worker_threads + 3,
            kwargs={"application_name": "guicheng worker", "connect_timeout": 5},
        )
    )

    for name, work in WORK.items():
        app.task(name=name, queue=QUEUE, retry=RETRY, pass_context=True)(_bound(system, work))

    @app.periodic(cron="* * * * *")
    @app.task(name="drop_broken_off_jobs", queue=QUEUE, queueing_lock="drop_broken_off_jobs", pass_context=True)
    async def drop(context: JobContext, timestamp: int) -> None:
        await _drop_broken_off_jobs(context.app)

    @app.periodic(cron="23 * * * *")
    @app.task(name="sweep_files", queue=QUEUE, queueing_lock="sweep_files")
    def sweep(timestamp: int) -> None:
        sweep_files(system)

    @app.periodic(cron="41 * * * *")
    @app.task(name="sweep_stages", queue=QUEUE, queueing_lock="sweep_stages")
    def clear(timestamp: int) -> None:
        sweep_stages(system)

    return app


def drop_broken_off_jobs(system: System) -> None:
    """Forget jobs whose worker was killed: the pulse asks again for whatever their rows still need."""

    async def connect_and_drop() -> None:
        async with make_app(system).open_async() as app:
            await _drop_broken_off_jobs(app)

    asyncio.run(connect_and_drop())


def _wait_beside_others(system: System, job_id: int) -> None:
    with system.database.transaction() as connection:
        let_same_wait(connection, job_id)


def _bound(system: System, work: Callable[[System, int], object]) -> Callable[..., None]:
    """Return a service as procrastinate calls it: with its one subject under the name that `engine.jobs` gave it."""

    def run(context: JobContext, **subject: int) -> None:
        with ExitStack() as after_failure:
            after_failure.callback(_wait_beside_others, system, context.job.id)
            work(system, *subject.values())
            after_failure.pop_all()

    return run


async def _drop_broken_off_jobs(app: App) -> None:
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE_SECONDS):
        logger.warning("a job was broken off: %s", job.call_string, extra={"action": "job_broken_off"})
        await manager.finish_job(job, Status.FAILED, delete_job=True)
    await manager.delete_old_jobs(nb_hours=FAILED_JOBS_KEPT_HOURS, include_failed=True, include_aborted=True)


def sweep_files(system: System) -> int:
    """Remove uploaded files that no row names. Return how many."""

    def named_by_rows(names: Collection[str]) -> set[str]:
        with system.database.reading() as connection:
            query = """
                SELECT storage_name FROM material WHERE storage_name = ANY(%(names)s)
                UNION SELECT storage_name FROM outbox WHERE storage_name = ANY(%(names)s)
                UNION SELECT file ->> 'storage_name' FROM official_document, jsonb_array_elements(files) AS file
                WHERE file ->> 'storage_name' = ANY(%(names)s)
                UNION SELECT file ->> 'storage_name' FROM objection, jsonb_array_elements(files) AS file
                WHERE file ->> 'storage_name' = ANY(%(names)s)
            """
            return set(connection.exec_driver_sql(query, {"names": list(names)}).scalars())

    removed = system.files.sweep(named_by_rows, before=system.wall.now() - ORPHAN_AGE)
    removed += system.waiting.sweep(before=system.wall.now() - KEPT_FOR)
    if removed:
        logger.info("%d orphan files were removed", removed, extra={"action": "files_swept"})
    return removed
