import importlib.util
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def sample() -> Any:
    """The module sample.py: FORM and GOOD. Test folders are no packages, so it is loaded by path."""
    spec = importlib.util.spec_from_file_location("forms_sample", Path(__file__).parent / "sample.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
