"""Headless reading."""

from ninja import Router

router = Router()
