"""What happens by itself. APScheduler only ticks; what is due stands in the database."""

from duijie.schedule.scheduler import Scheduler, build, run_now, run_rules

__all__ = ["Scheduler", "build", "run_now", "run_rules"]
