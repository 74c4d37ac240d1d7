"""Doors and wiring: settings, URLs, the API's router, the schedule, the sidebar, the home page."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
