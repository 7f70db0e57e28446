"""What lies below every service: a transaction, a job, a stored file, a checked file, a password."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from itertools import count

from engine import passwords
from engine.files import StoredFile, check_upload
from tests.bench.harness import Figure, measure, opened_offices
from tests.support.offices import PDF

MEBIBYTE = 1024 * 1024


def figures() -> Iterator[Figure]:
    with opened_offices() as offices:
        system, database = offices.system, offices.system.database
        numbers = count(1)

        def read() -> None:
            with database.reading() as connection:
                connection.exec_driver_sql("SELECT 1")

        def defer() -> None:
            with database.transaction() as connection:
                system.jobs.defer_fire_timer(connection, next(numbers))

        def defer_many() -> None:
            first = next(numbers) * 10_000
            with database.transaction() as connection:
                system.jobs.defer_fire_timers(connection, range(first, first + 500))

        yield measure("read_transaction", read, times=500, database=database)
        yield measure("defer_job", defer, times=300, database=database)
        yield measure("defer_500_jobs", defer_many, times=10, database=database)
        contents = PDF.replace(b"%%EOF", b"%" * (20 * MEBIBYTE - 1024) + b"\n%%EOF")

        def save() -> StoredFile:
            return system.files.save(io.BytesIO(contents), limit=20 * MEBIBYTE)

        yield measure("store_file_of_20_mib", save, times=5)
        stored = save()
        check = partial(check_upload, system.files.path(stored.name), "a.pdf")
        yield measure("check_pdf_of_20_mib", check, times=5)
        kept = passwords.hash_password("correct horse")
        yield measure("verify_password", partial(passwords.verify, kept, "wrong"), times=20)
