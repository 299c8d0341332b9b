#!/usr/bin/python3
"""The three bulk writes of bench/save beside SQLAlchemy's unit of work, in one run.

    beside_sqlalchemy.py DSN [--rows N] [--rounds N]

SQLAlchemy uses the driver it recommends for each database (sqlite3, psycopg2, mysqlclient), the
same table, and a version column. Its time runs from the first changed object to the end of the commit; ours is
uow_add and uow_save together. Exit status 1 when libuow is not at least ten times faster, 77 where
SQLAlchemy or its driver is not installed.
"""
import argparse
import os
import re
import statistics
import subprocess
import sys
import time

TARGET = 10.0
ACTS = ("insert, keys back", "update, version checked", "delete, version checked")


def leave(why):
    print(f"sqlalchemy: skipped: {why}")
    sys.exit(77)


try:
    import sqlalchemy
    from sqlalchemy import Column, Float, Integer, String, create_engine
    from sqlalchemy.orm import Session, declarative_base
except ImportError:
    leave("python3-sqlalchemy is not installed")

Base = declarative_base()


class Item(Base):
    __tablename__ = "uow_bench_sqlalchemy"
    id = Column(Integer, primary_key=True)
    quantity = Column(Integer, nullable=False)
    price = Column(Float, nullable=False)
    label = Column(String(40), nullable=False)
    version = Column(Integer, nullable=False)
    __mapper_args__ = {"version_id_col": version}


def url_of(dsn):
    """The tests' servers, as tests/run/servers tells of them."""
    env = os.environ
    login = f"{env['UOW_DB_USER']}:{env['UOW_DB_PASSWORD']}@127.0.0.1"
    if "sqlite" in dsn:
        return f"sqlite:///{env['UOW_SQLITE_FILE']}"
    if "postgresql" in dsn:
        return f"postgresql+psycopg2://{login}:{env['UOW_PG_PORT']}/{env['UOW_DB_NAME']}"
    return f"mysql+mysqldb://{login}:{env['UOW_MARIADB_PORT']}/{env['UOW_DB_NAME']}"


def engine_of(dsn):
    try:
        return create_engine(url_of(dsn), future=True)
    except ImportError as missing:
        leave(str(missing))


def made(rows):
    return [
        Item(quantity=i % 1000, price=i / 4, label=f"item {i % 1000000:06d} of the old cellar")
        for i in range(rows)
    ]


def round_of(engine, rows):
    """Seconds for each act."""
    with Session(engine, expire_on_commit=False) as session:
        items = made(rows)
        times = [time.perf_counter()]
        session.add_all(items)
        session.commit()
        times.append(time.perf_counter())
        for item in items:
            item.quantity += 1
        session.commit()
        times.append(time.perf_counter())
        for item in items:
            session.delete(item)
        session.commit()
        times.append(time.perf_counter())
    return [after - before for before, after in zip(times, times[1:])]


def theirs(dsn, rows, rounds):
    """Median microseconds per row for each act."""
    engine = engine_of(dsn)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    seconds = [round_of(engine, rows) for _ in range(rounds)]
    Base.metadata.drop_all(engine)
    engine.dispose()
    return [statistics.median(act) / rows * 1e6 for act in zip(*seconds)]


def ours(dsn, rows, rounds):
    program = os.path.join(os.environ.get("UOW_BUILDDIR", "build"), "bench/save")
    # Its own targets are judged by its own run.
    text = subprocess.run(
        [program, dsn, "--rows", str(rows), "--rounds", str(rounds)], stdout=subprocess.PIPE, text=True, check=False
    ).stdout
    figures = [float(re.search(re.escape(act) + r".*?uow +([0-9.]+)", text).group(1)) for act in ACTS]
    figures[0] += float(re.search(r"uow_add before insert\) +([0-9.]+)", text).group(1))
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dsn")
    parser.add_argument("--rows", type=int, default=100000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    print(f"sqlalchemy {asked.dsn} (SQLAlchemy {sqlalchemy.__version__}): {asked.rows} rows in one unit")
    failed = False
    pairs = zip(ACTS, theirs(asked.dsn, asked.rows, asked.rounds), ours(asked.dsn, asked.rows, asked.rounds))
    for act, their, our in pairs:
        times = their / our
        failed |= times < TARGET
        verdict = "FAIL" if times < TARGET else "PASS"
        print(f"  {act:<26} theirs {their:9.3f} us/row   uow {our:8.3f} us/row   {times:6.1f} times, "
              f"at least {TARGET:.0f}  {verdict}")
    sys.exit(1 if failed else 0)


main()
