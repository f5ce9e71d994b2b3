"""Rollout: a runbook made a plan, approved, and carried out in waves that can always go back.

See docs/rollout.md.
"""
