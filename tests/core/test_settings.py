"""Settings: read from the environment, and refused with the variable's name where nothing could run with them."""

import pytest

from duijie.settings import Settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEB_THREADS", "many"), ("WEB_THREADS", "0"), ("SMTP_PORT", "99999"), ("SESSION_HOURS", "0"),
        ("UPLOAD_FILE_LIMIT", "-1"), ("TRUSTED_PROXIES", "-1"), ("TIME_ZONE", "Mars/Base"), ("TIME_ZONE", "/etc"),
        ("PUBLIC_URL", "not a url"), ("PUBLIC_URL", "javascript:alert(1)"), ("DEMO", "maybe"),
    ],
)  # fmt: skip
def test_a_value_that_nothing_runs_with_is_named(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"DUIJIE_{name}"):
        Settings.from_environment({f"DUIJIE_{name}": value})


def test_a_misspelt_setting_does_not_pass_in_silence() -> None:
    with pytest.raises(ValueError, match=r"DUIJIE_SMPT_HOST.*did you mean DUIJIE_SMTP_HOST"):
        Settings.from_environment({"DUIJIE_SMPT_HOST": "mail.example.cn"})


def test_what_is_right_is_taken() -> None:
    taken = Settings.from_environment({"DUIJIE_WEB_THREADS": "3", "DUIJIE_SECURE_COOKIES": "yes", "HOME": "/x"})
    assert (taken.web_threads, taken.secure_cookies) == (3, True)
