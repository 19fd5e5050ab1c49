"""Every reply in this folder's tests is checked against its schema."""

import pytest

from tests.contract import validation


def pytest_configure(config: pytest.Config) -> None:
    """Register the check once, wherever it is asked for first."""
    if not config.pluginmanager.is_registered(validation):
        config.pluginmanager.register(validation, "oldhand-replies")
