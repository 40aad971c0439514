"""The battery of delivery: real workers that are killed, stopped and misled, real receivers that misbehave.

    python -m benchmarks.delivery                              rows 1-16, SQLite, small
    python -m benchmarks.delivery --rows 1-4,8 --database postgresql --scale full

Every row prints what was done, what is expected, what was seen and whether that is met.
"""
